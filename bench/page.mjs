// The dashboard in Chromium: size, first live figures on a slow machine, six charts at 10 Hz, layout shift, a soak.
// --long: 48 minutes of that with ten times the requests, as many as come in eight hours;
// --minutes 480: eight hours.
//
//   npm run bench -- page
//
// Every figure stands beside its target. A browser that has to wait for a core is late: mind the load.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { parseArgs } from "node:util";
import { chromium } from "@playwright/test";
import { ensureBrowser } from "../scripts/browser.mjs";
import { build } from "../scripts/build.mjs";
import { root } from "../scripts/root.mjs";
import { startTelltale } from "../scripts/telltale.mjs";
import { withoutCode } from "./rig/heap.mjs";
import { machine, median, quantile, table } from "./rig/report.mjs";

const { values } = parseArgs({
  args: process.argv.slice(3),
  options: { long: { type: "boolean", default: false }, minutes: { type: "string" } },
});
const { long } = values;
const soakMs = Number(values.minutes ?? (long ? 48 : 6)) * 60_000;
/** What fills once, such as the last 500 requests or the single values of the last minute, is no growth. */
const filledMs = 2 * 60_000;
const perSecond = long ? 5000 : 500;
const loads = 5;
const drawnMs = 15_000;
const points = 3_600;

const executablePath = await ensureBrowser();
if (!executablePath || !((await build("server")) && (await build("dashboard")))) process.exit(1);

const directory = mkdtempSync(path.join(os.tmpdir(), "telltale-bench-"));
const { url, child } = await startTelltale("serve", directory);
const models = ["gpt-4o", "gpt-4o-mini", "claude-sonnet-4-5", "gemini-2.5-flash", "o3-mini"];
let sent = 0;

/** One call with `count` requests, a fortieth of them failed; one that is not of now says when it was. */
async function post(count, createdOf = () => undefined) {
  const body = Array.from({ length: count }, (_, index) => {
    const number = sent++;
    const created = createdOf(index);
    const failed = number % 40 === 0;
    return {
      id: `bench-${process.pid}-${number}`,
      model: models[number % models.length],
      ...(created !== undefined && { created }),
      prompt_tokens: 100 + (number % 900),
      completion_tokens: failed ? 0 : 20 + (number % 200),
      latency_ms: 200 + ((number * 37) % 4_000),
      ...(failed
        ? { status: "error", error_type: "server_error", error_message: "It fell over" }
        : { ttft_ms: 50 + ((number * 13) % 600) }),
    };
  });
  const answer = await fetch(`${url}/ingest/requests`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  if (answer.status !== 202) throw new Error(`the server answered ${answer.status}`);
}

/** Sends `rate` a second until `stop()`. */
function pour(rate) {
  let running = true;
  const done = (async () => {
    let due = performance.now();
    while (running) {
      await post(Math.round(rate / 10));
      due = Math.max(due + 100, performance.now() - 1_000);
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - performance.now())));
    }
  })();
  return async () => {
    running = false;
    await done;
  };
}

const rows = [];
const row = (what, target, figure, kept) =>
  rows.push([what, target, figure, kept ? "reached" : "missed"]);

const size = spawnSync(process.execPath, ["scripts/check-dashboard-size.mjs"], {
  cwd: root,
  encoding: "utf8",
}).stdout;
const kB = Number(/([\d.]+) kB of gzip/.exec(size)?.[1]);
row("JavaScript before anything shows, gzip", "180 kB", `${kB} kB`, kB <= 180);

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });

/** Resolves with the time since navigation (ms) at which a live figure was painted. */
function firstFigure() {
  return new Promise((resolve) => {
    const shown = () => {
      const title = document.querySelector("main dl dd [title]")?.getAttribute("title");
      return title !== null && title !== undefined && /\d/.test(title);
    };
    const observer = new MutationObserver(() => look());
    const look = () => {
      if (!shown()) return;
      observer.disconnect();
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
    };
    observer.observe(document, { subtree: true, childList: true, attributes: true });
    look();
  });
}

async function firstPaint() {
  const times = [];
  const shifts = [];
  for (let load = 0; load < loads; load++) {
    const context = await browser.newContext();
    const page = await context.newPage();
    // From within, so that what asks for it is not waited for.
    await page.addInitScript(`globalThis.figure = (${firstFigure})()`);
    await page.addInitScript(() => {
      globalThis.shift = 0;
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries())
          if (!entry.hadRecentInput) globalThis.shift += entry.value;
      }).observe({ type: "layout-shift", buffered: true });
    });
    const cdp = await context.newCDPSession(page);
    await cdp.send("Emulation.setCPUThrottlingRate", { rate: 4 });
    await page.goto(url, { waitUntil: "commit" });
    times.push(await page.evaluate(() => globalThis.figure));
    await page.waitForTimeout(4_000);
    shifts.push(await page.evaluate(() => globalThis.shift));
    await context.close();
  }
  // The first one warms the server's and the browser's caches.
  const warm = times.slice(1);
  const figure = median(warm);
  row(
    `first live figures, 4× slower processor, median of ${warm.length}`,
    "1.2 s",
    `${(figure / 1_000).toFixed(2)} s (worst ${(Math.max(...warm) / 1_000).toFixed(2)})`,
    figure <= 1_200,
  );
  const shift = Math.max(...shifts);
  row("layout shift while the overview loads", "0.1", shift.toFixed(3), shift <= 0.1);
}

/** Processor time of the main thread until then, which others who want the cores do not change. */
async function workBefore() {
  const times = [];
  for (let load = 0; load < loads; load++) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const cdp = await context.newCDPSession(page);
    await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
    await page.goto(url, { waitUntil: "commit" });
    await page.evaluate(firstFigure);
    const { metrics } = await cdp.send("Performance.getMetrics");
    times.push(1_000 * metrics.find(({ name }) => name === "TaskDuration").value);
    await context.close();
  }
  const work = median(times.slice(1));
  row(
    "the same: processor time of the main thread, no slowdown",
    "300 ms",
    `${work.toFixed(0)} ms (least ${Math.min(...times).toFixed(0)})`,
    work <= 300,
  );
}

/** Counts frames and the main thread's time while `during` passes. */
async function frames(page, ms) {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  const busy = async () =>
    (await cdp.send("Performance.getMetrics")).metrics.find(({ name }) => name === "TaskDuration")
      .value;
  await page.evaluate(() => {
    globalThis.ticks = [];
    const tick = (at) => {
      globalThis.ticks.push(at);
      requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
  });
  const before = await busy();
  const begin = performance.now();
  await page.waitForTimeout(ms);
  const share = ((await busy()) - before) / ((performance.now() - begin) / 1_000);
  const ticks = await page.evaluate(() => globalThis.ticks);
  const lengths = ticks.slice(1).map((at, index) => at - ticks[index]);
  return { p95: quantile(lengths, 0.95), share };
}

/** The page's own charts, each fed with 3,600 points ten times a second. */
async function sixCharts() {
  const page = await browser.newPage({ viewport: { width: 1440, height: 1400 } });
  const { outputFiles } = await chartsPage();
  await page.route("**/bench-charts*", (route) => {
    const file = route.request().url().endsWith(".css") ? ".css" : ".js";
    if (route.request().url().endsWith(file))
      return route.fulfill({
        contentType: file === ".css" ? "text/css" : "text/javascript",
        body: outputFiles.find(({ path: name }) => name.endsWith(file))?.text ?? "",
      });
    return route.fulfill({
      contentType: "text/html",
      body: `<!doctype html><link rel="stylesheet" href="/bench-charts.css"><style>
        #root{display:grid;grid-template-columns:repeat(3,1fr);gap:16px}.h-40{height:160px;overflow:hidden}
        </style><div id="root"></div><script type="module" src="/bench-charts.js"></script>`,
    });
  });
  await page.goto(`${url}/bench-charts?points=${points}`);
  await page.waitForFunction(() => document.querySelectorAll("canvas").length === 6);
  await page.waitForTimeout(1_000);
  const { p95, share } = await frames(page, drawnMs);
  row(
    `6 charts × ${points} points at 10 Hz: p95 frame`,
    "17 ms",
    `${p95.toFixed(1)} ms`,
    p95 <= 17,
  );
  row("the same: main thread", "20%", `${(100 * share).toFixed(0)}%`, share <= 0.2);
  await page.close();
}

async function chartsPage() {
  const { bundle } = await import("./rig/bundle.mjs");
  return bundle('import "./charts.jsx"', { outdir: "out", loader: { ".css": "css" } });
}

/** What the charts keep was full before: each second of the last twenty minutes had requests. */
async function fillPast() {
  const begin = Date.now() - 20 * 60_000;
  for (let minute = 0; minute < 20; minute++)
    await post(300, (index) => begin + minute * 60_000 + index * 200);
}

const routeChanges = 200;

/** Goes from page to page and back: what is left of them? */
async function routes() {
  const page = await browser.newPage();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable");
  await page.goto(url);
  await page.getByText("Recent requests").waitFor();
  const links = page.getByRole("navigation").first().getByRole("link");
  const places = await links.count();
  const go = async (changes) => {
    for (let change = 0; change < changes; change++) {
      await links.nth((change + 1) % places).click();
      await page.waitForTimeout(100);
    }
    await links.first().click();
    await page.getByText("Recent requests").waitFor();
    await page.waitForTimeout(2_000);
  };
  const look = async () => {
    await cdp.send("HeapProfiler.collectGarbage");
    const { metrics } = await cdp.send("Performance.getMetrics");
    const of = (name) => metrics.find((each) => each.name === name).value;
    return { nodes: of("Nodes"), listeners: of("JSEventListeners") };
  };
  // Once through all of them: what each loads and keeps stays.
  await go(places);
  const before = await look();
  await go(routeChanges);
  const after = await look();
  await page.close();
  for (const name of ["nodes", "listeners"]) {
    const more = after[name] - before[name];
    const what = name === "nodes" ? "DOM nodes, those of left pages included" : "listeners";
    const figure = `${more >= 0 ? "+" : ""}${more} of ${before[name]}`;
    // A live page is never twice the same: rows come and go.
    row(`${routeChanges} route changes: ${what}`, "none left", figure, more < 0.1 * before[name]);
  }
}

/** The overview for minutes at 500 requests a second: does anything grow? */
async function soak() {
  const page = await browser.newPage();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable");
  await page.goto(url);
  await page.getByText("Recent requests").waitFor();
  const looks = [];
  const begin = performance.now();
  while (performance.now() - begin < soakMs) {
    await page.waitForTimeout(soakMs / 24);
    await cdp.send("HeapProfiler.collectGarbage");
    const { metrics } = await cdp.send("Performance.getMetrics");
    const of = (name) => metrics.find((each) => each.name === name).value;
    const minutes = (performance.now() - begin) / 60_000;
    if (minutes * 60_000 < filledMs) continue;
    looks.push({
      minutes,
      heap: of("JSHeapUsedSize") / 2 ** 20,
      nodes: of("Nodes"),
      listeners: of("JSEventListeners"),
      plain: await withoutCode(cdp),
    });
  }
  const { share } = await frames(page, 5_000);
  await page.close();
  // The median of all pairs: a look that falls into a change of rows finds half as many nodes again.
  const slope = (name) => {
    const slopes = looks.flatMap((one, index) =>
      looks
        .slice(index + 1)
        .map((other) => (other[name] - one[name]) / (other.minutes - one.minutes)),
    );
    return median(slopes);
  };
  const last = looks.at(-1);
  const per = (name, digits) =>
    `${slope(name).toFixed(digits)} a minute, ${last[name].toFixed(digits)} in the end`;
  const what = `${soakMs / 60_000} min at ${perSecond} requests/s`;
  row(`${what}: heap, MiB`, "flat", per("heap", 2), slope("heap") < 0.25);
  const without = "the same, without what the engine compiled";
  row(without, "flat", per("plain", 2), slope("plain") < 0.05);
  row("the same: DOM nodes", "flat", per("nodes", 0), slope("nodes") < 100);
  row("the same: listeners", "flat", per("listeners", 0), slope("listeners") < 20);
  row("the same: main thread", "–", `${(100 * share).toFixed(0)}%`, true);
}

try {
  await fillPast();
  const quiet = pour(20);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await firstPaint();
  await workBefore();
  await quiet();
  await sixCharts();
  await routes();
  const busy = pour(perSecond);
  await soak();
  await busy();
  table("the dashboard in Chromium", ["what", "target", "figure", ""], rows);
  machine(`Chromium ${browser.version()}`);
  process.exitCode = rows.every(([, , , kept]) => kept === "reached") ? 0 : 1;
} finally {
  await browser.close();
  child.kill();
  await new Promise((resolve) => child.once("close", resolve));
  rmSync(directory, { recursive: true, force: true });
}
