// What 100,000 mounts and unmounts of a provider leave behind, in Chromium.
//
//   npm run bench -- mounts
//
// Timers, listeners of the window and open sockets are back at the baseline exactly, or it fails; the
// heap is printed after a collection. A first thousand warms up, so that what is made once is not counted.
import { chromium } from "@playwright/test";
import { ensureBrowser } from "../scripts/browser.mjs";
import { bundle } from "./rig/bundle.mjs";
import { machine, table } from "./rig/report.mjs";

const warmUp = 1_000;
const mounts = 100_000;
const step = 20_000;

const executablePath = await ensureBrowser();
if (!executablePath) process.exit(1);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage();
page.on("pageerror", (error) => console.error(error.message));
const { outputFiles } = await bundle('import "./mounts.jsx"');
await page.setContent('<!doctype html><div id="root"></div>');
await page.addScriptTag({ content: outputFiles[0].text, type: "module" });
await page.waitForFunction(() => globalThis.mounts);
const devtools = await page.context().newCDPSession(page);

async function look(count) {
  // A collection may leave what the next finds.
  for (let time = 0; time < 3; time++) await devtools.send("HeapProfiler.collectGarbage");
  const { usedSize } = await devtools.send("Runtime.getHeapUsage");
  return { count, heap: usedSize, ...(await page.evaluate(() => globalThis.held())) };
}

await page.evaluate((count) => globalThis.mounts(count), warmUp);
const looks = [await look(0)];
for (let done = step; done <= mounts; done += step) {
  await page.evaluate((count) => globalThis.mounts(count), step);
  looks.push(await look(done));
}
await browser.close();

const [before] = looks;
const after = looks.at(-1);
table(
  `after ${mounts.toLocaleString("en")} mounts and unmounts of a provider with hooks and components`,
  ["mounts", "heap, kB", "timers", "listeners", "open sockets"],
  looks.map(({ count, heap, timers, listeners, sockets }) => [
    count.toLocaleString("en"),
    Math.round(heap / 1_000),
    timers,
    listeners,
    sockets,
  ]),
);
const perMount = (after.heap - before.heap) / mounts;
console.log(`\n${perMount.toFixed(2)} bytes of heap a mount.`);
machine(`Chromium ${browser.version()}`);
const same = ["timers", "listeners", "sockets"].every((what) => before[what] === after[what]);
// An object that stays costs at least some tens of bytes.
process.exitCode = same && perMount < 8 ? 0 : 1;
