// 5,000 messages a second for 20 s in Chromium, on 40 components: frames, main thread, heap. --long: 80 s.
import { launch, libraries, open } from "./rig/page.mjs";
import { machine, quantile, table } from "./rig/report.mjs";
import { messageOf, pour } from "./rig/traffic.mjs";

const long = process.argv.includes("--long");
const components = { metrics: 20, requests: 20 };
/** Time between the frames of a Telltale server, ms: each holds all that there is to tell. */
const flush = 50;
const [ours, tanstack, hook] = libraries;
const bare = { name: "no library: one state per frame", file: "bare.jsx" };
/** Messages a second, for how long (s), and how they are framed. */
const loads = [
  [ours, 5_000, long ? 80 : 20, flush],
  [bare, 5_000, 5, flush],
  [ours, 5_000, 5],
  [bare, 5_000, 5],
  [tanstack, 5_000, 5],
  [hook, 5_000, 5],
  // Who locks up at the full rate is also shown at a lower one.
  [hook, 50, 10],
];
/** A page that has not shown the last message by then is locked up, ms. */
const patience = 10_000;

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

async function measure(browser, [library, perSecond, seconds, flush]) {
  const { page, socket, close } = await open(browser, library, components);
  try {
    const cdp = await page.context().newCDPSession(page);
    // Time that the thread ran, not time it waited for one of the cores.
    await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
    socket.send(messageOf(20));
    await page.evaluate(() => globalThis.shown(20));
    // Everything has been loaded, compiled and shown once.
    await pour(socket, perSecond / 10, 2);
    await page.waitForTimeout(500);
    const heapBefore = await heap(cdp);
    await page.evaluate(() => globalThis.frames.start());
    const busyBefore = await busy(cdp);
    const begin = performance.now();
    const last = await pour(socket, perSecond, seconds, flush);
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
  const [library, perSecond, seconds, flush] = load;
  const framed = flush ? `in frames, ${1000 / flush}/s` : "one a frame";
  rows.push([
    library.name,
    `${perSecond}/s, ${seconds} s`,
    framed,
    ...(await measure(browser, load)),
  ]);
  await browser.close();
}
table(
  "20 components with figures, 20 with the newest of the last ten requests and their mean",
  [
    "library",
    "messages",
    "sent",
    "longest frame",
    "p95 frame",
    "over 50 ms",
    "main thread busy",
    "heap after GC",
    "last one shown after",
  ],
  rows,
);
console.log(`\nA Telltale server puts what it has to tell into one frame for a client that says \`batch\`, as ours does.
Busy is the share of a core that the page's main thread used.
Locked up: the last message was not shown ${patience / 1000} s after it was sent.`);
machine(`Chromium ${version}`);
process.exit();
