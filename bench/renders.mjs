// How often 20 components render for a burst of 1,000 messages, in Chromium.
import { launch, libraries, open } from "./rig/page.mjs";
import { machine, median, ratio, table } from "./rig/report.mjs";
import { metricsOf, text } from "./rig/traffic.mjs";

const components = 20;
const messages = 1_000;
const runs = 3;

/** Sends them, or hands them to the page's socket in one task, as after a pause of the page. */
async function once(browser, library, inOneTask) {
  const { page, socket, close } = await open(browser, library, { metrics: components });
  socket.send(text("metrics_update", metricsOf(1)));
  await page.evaluate(() => globalThis.shown(1));
  const before = await page.evaluate(() => globalThis.renders);
  const texts = Array.from({ length: messages }, (_, n) =>
    text("metrics_update", metricsOf(n + 2)),
  );
  const shown = page.evaluate((number) => globalThis.shown(number), messages + 1);
  if (inOneTask) await page.evaluate((texts) => globalThis.deliver(texts), texts);
  else for (const one of texts) socket.send(one);
  await shown;
  await page.waitForTimeout(300);
  const renders = (await page.evaluate(() => globalThis.renders)) - before;
  await close();
  return renders;
}

const browser = await launch();
const rows = [];
for (const { name, ...library } of libraries) {
  const counts = async (inOneTask) => {
    const renders = [];
    for (let run = 0; run < runs; run++) renders.push(await once(browser, library, inOneTask));
    return renders;
  };
  rows.push({ name, task: await counts(true), socket: await counts(false) });
}
const ours = { task: median(rows[0].task), socket: median(rows[0].socket) };
table(
  `renders of ${components} components for ${messages} messages; median of ${runs}`,
  ["library", "in one task", "to ours", "as the socket delivers", "fewest", "most", "to ours"],
  rows.map(({ name, task, socket }) => [
    name,
    median(task),
    ratio(median(task), ours.task),
    median(socket),
    Math.min(...socket),
    Math.max(...socket),
    ratio(median(socket), ours.socket),
  ]),
);
console.log("\nA socket delivers over several frames, the more the busier the machine is.");
machine(`Chromium ${browser.version()}`);
await browser.close();
