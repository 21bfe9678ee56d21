import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { cache, root } from "./root.mjs";
import { run, tool } from "./tool.mjs";
import { ensureTracer } from "./tracer.mjs";

/** Runs the unit tests of both projects. */
export async function unitTests() {
  await ensureTracer();
  const file = path.join(cache, "vitest.json");
  rmSync(file, { force: true });
  const reporters = ["--reporter=json", `--outputFile.json=${file}`, "--reporter=dot"];
  const command = [...tool("vitest"), "run", "--project", "node", "--project", "dom"];
  const result = await run([...command, ...reporters, "--silent=passed-only"], {
    timeout: 900_000,
  });
  const counts = { passed: 0, failed: 0, skipped: 0, details: [] };
  let report;
  try {
    report = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { ...result, ...counts, failed: 1, details: [result.output] };
  }
  for (const suite of report.testResults) {
    const name = path.relative(root, suite.name);
    if (suite.status === "failed" && !suite.assertionResults.some((it) => it.status === "failed")) {
      counts.failed++;
      counts.details.push(`${name}\n${suite.message}`);
    }
    for (const test of suite.assertionResults) {
      if (test.status === "passed") counts.passed++;
      else if (test.status === "failed") {
        counts.failed++;
        counts.details.push(`${name} › ${test.fullName}\n${test.failureMessages.join("\n")}`);
      } else counts.skipped++;
    }
  }
  // Unhandled errors fail the run although every test passed.
  if (result.code !== 0 && counts.failed === 0) {
    counts.failed = 1;
    counts.details.push(result.output.slice(-6000));
  }
  return { ...result, ...counts };
}
