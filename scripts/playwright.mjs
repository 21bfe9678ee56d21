import { readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { ensureBrowser } from "./browser.mjs";
import { cache } from "./root.mjs";
import { run, tool } from "./tool.mjs";

function* specsOf(suite, trail = []) {
  for (const spec of suite.specs ?? []) yield { spec, title: [...trail, spec.title].join(" › ") };
  for (const inner of suite.suites ?? []) yield* specsOf(inner, [...trail, inner.title]);
}

/** Runs the tests that need a browser; without one they are one failure. */
export async function browserTests() {
  const start = performance.now();
  const browser = await ensureBrowser();
  const counts = { passed: 0, failed: 0, skipped: 0, details: [], notes: [] };
  if (!browser)
    return { ...counts, failed: 1, details: ["no browser"], ms: performance.now() - start };
  const file = path.join(cache, "playwright.json");
  rmSync(file, { force: true });
  const env = { ...process.env, CHROME_PATH: browser, PLAYWRIGHT_JSON_OUTPUT_NAME: file };
  const command = [...tool("@playwright/test", "playwright"), "test", "--reporter=json"];
  const result = await run(command, { env, timeout: 1_200_000 });
  let report;
  try {
    report = JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return { ...result, ...counts, failed: 1, details: [result.output] };
  }
  for (const error of report.errors) {
    counts.failed++;
    counts.details.push(error.message ?? JSON.stringify(error));
  }
  for (const suite of report.suites) {
    for (const { spec, title } of specsOf(suite, [suite.title])) {
      for (const test of spec.tests) {
        if (test.status === "skipped") {
          counts.skipped++;
          const why = test.annotations.find(({ type }) => type === "skip")?.description;
          counts.notes.push(`left out: ${title}${why ? ` (${why})` : ""}`);
          continue;
        }
        // What is done once before the tests of a file is noted with each of them.
        for (const { type, description } of test.annotations)
          if (type === "note" && !counts.notes.includes(description))
            counts.notes.push(description);
        if (test.status === "expected") counts.passed++;
        else if (test.status === "flaky") {
          counts.passed++;
          counts.notes.push(`passed the second time: ${title}`);
        } else {
          counts.failed++;
          const errors = test.results.flatMap((it) => it.errors.map((error) => error.message));
          counts.details.push(`${title}\n${errors.join("\n") || test.status}`);
        }
      }
    }
  }
  if (result.code !== 0 && counts.failed === 0) {
    counts.failed = 1;
    counts.details.push(result.output.slice(-6000));
  }
  return { ...result, ...counts };
}
