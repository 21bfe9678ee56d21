// 5,000 messages a second for 20 s in Chromium, 20 components with figures and 20 with lists. --long: and a minute more.
import { launch, libraries, open } from "./rig/page.mjs";
import { machine, quantile, table } from "./rig/report.mjs";
import { messageOf, pour } from "./rig/traffic.mjs";

const long = process.argv.includes("--long");
const components = { metrics: 20, requests: 20 };
/** Messages a second, and for how long, s. Who locks up at the full rate is also shown at a lower one. */
const loads = [
  [libraries[0], 5_000, long ? 60 : 20],
  [libraries[1], 5_000, 10],
  [libraries[2], 5_000, 5],
  [libraries[2], 50, 10],
];
/** A page that has not shown the last message by then is locked up, ms. */
const patience = 20_000;

const within = (promise, ms) =>
  Promise.race([promise, new Promise((resolve) => setTimeout(resolve, ms))]);

async function heap(cdp) {
  await cdp.send("HeapProfiler.collectGarbage");
  const { usedSize } = await cdp.send("Runtime.getHeapUsage");
  return usedSize / 2 ** 20;
}

async function busy(cdp) {
  const { metrics } = await cdp.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration").value;
}

async function measure(browser, [library, perSecond, seconds]) {
  const { page, socket, close } = await open(browser, library, components);
  try {
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("Performance.enable");
    socket.send(messageOf(20));
    await page.evaluate(() => globalThis.shown(20));
    // Everything has been loaded, compiled and shown once.
    await pour(socket, perSecond / 10, 2);
    await page.waitForTimeout(500);
    const heapBefore = await heap(cdp);
    await page.evaluate(() => globalThis.frames.start());
    const busyBefore = await busy(cdp);
    const begin = performance.now();
    const last = await pour(socket, perSecond, seconds);
    const poured = performance.now();
    const answered = await within(
      page.evaluate((number) => globalThis.shown(number), last).then(() => true),
      patience,
    );
    if (!answered) return ["locked up", "", "", "", "", ""];
    const behind = performance.now() - poured;
    const share = (await busy(cdp)) - busyBefore;
    const wall = (performance.now() - begin) / 1000;
    const times = await page.evaluate(() => globalThis.frames.times);
    const frames = times.slice(1).map((at, n) => at - times[n]);
    const heapAfter = await heap(cdp);
    return [
      `${Math.max(...frames).toFixed(0)} ms`,
      `${quantile(frames, 0.95).toFixed(1)} ms`,
      `${frames.filter((ms) => ms > 50).length} of ${frames.length}`,
      `${((100 * share) / wall).toFixed(0)}%`,
      `${heapBefore.toFixed(1)} → ${heapAfter.toFixed(1)} MiB`,
      `${behind.toFixed(0)} ms`,
    ];
  } finally {
    await close();
  }
}

const rows = [];
let version = "";
for (const load of loads) {
  // A browser for each: what one has left behind is not the next one's fault.
  const browser = await launch();
  version = browser.version();
  const [library, perSecond, seconds] = load;
  rows.push([library.name, `${perSecond}/s, ${seconds} s`, ...(await measure(browser, load))]);
  await browser.close();
}
table(
  "20 components with figures, 20 with the ten newest requests",
  [
    "library",
    "messages",
    "longest frame",
    "p95 frame",
    "over 50 ms",
    "main thread busy",
    "heap after GC",
    "last one shown after",
  ],
  rows,
);
console.log(`\nLocked up: the last message was not shown ${patience / 1000} s after it was sent.`);
machine(`Chromium ${version}`);
process.exit();
