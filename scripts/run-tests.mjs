// Every check there is. A failure does not stop the rest; the last line counts them all.
import { stripVTControlCharacters } from "node:util";
import { build } from "./build.mjs";
import { ofBuilds, ofSources } from "./checks.mjs";
import { ensureInstalled } from "./install.mjs";
import { browserTests } from "./playwright.mjs";
import { run, seconds, tool } from "./tool.mjs";
import { unitTests } from "./vitest.mjs";

const colour = process.stdout.isTTY && !process.env.CI && !process.env.NO_COLOR;
const paint = (code, text) => (colour ? `\u001b[${code}m${text}\u001b[0m` : text);
// What the tools print is captured, which is no terminal.
process.env.NO_COLOR = "1";
delete process.env.FORCE_COLOR;

const total = { passed: 0, failed: 0 };
const start = performance.now();

function tell(title, { passed, failed, skipped = 0, details = [], notes = [], ms }) {
  total.passed += passed;
  total.failed += failed;
  const mark = failed === 0 ? paint(32, "✓") : paint(31, "✗");
  const counts = passed + failed + skipped === 1 ? "" : `  ${passed} passed, ${failed} failed`;
  const left = skipped > 0 ? `, ${skipped} left out` : "";
  console.log(`${mark} ${title}${counts}${left}  ${paint(2, seconds(ms))}`);
  for (const note of notes) console.log(`    ${note}`);
  for (const detail of details) {
    const text = stripVTControlCharacters(detail).trim();
    console.log(`    ${text.replaceAll("\n", "\n    ")}\n`);
  }
}

async function check(title, command) {
  const { code, output, ms } = await run(command(), { timeout: 240_000 });
  const failed = code === 0 ? 0 : 1;
  tell(title, { passed: 1 - failed, failed, details: failed ? [output] : [], ms });
}

/** Two at a time: most of them start one process that keeps one core busy. */
async function all(checks) {
  const queue = Object.entries(checks);
  const worker = async () => {
    for (let next = queue.shift(); next; next = queue.shift()) await check(...next);
  };
  await Promise.all([worker(), worker()]);
}

async function built(name) {
  const begin = performance.now();
  const ok = await build(name);
  tell(`${name} builds`, { passed: ok ? 1 : 0, failed: ok ? 0 : 1, ms: performance.now() - begin });
}

if (await ensureInstalled()) {
  await all(ofSources);
  await check("types (tsc -b)", () => [...tool("typescript", "tsc"), "-b"]);
  for (const name of ["server", "dashboard", "guide example"]) await built(name);
  await all(ofBuilds);
  tell("unit tests (vitest)", await unitTests());
  tell("in the browser (playwright)", await browserTests());
} else total.failed++;

console.log(`\n${seconds(performance.now() - start)}`);
console.log(`${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed > 0 ? 1 : 0;
