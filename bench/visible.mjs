// How long until a POSTed event is visible on the dashboard, in a real browser.
//
//   npm run bench -- visible
//
// Prints the figures; the promise is a median of at most 250 ms.
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { chromium } from "@playwright/test";
import { ensureBrowser } from "../scripts/browser.mjs";
import { build } from "../scripts/build.mjs";
import { startTelltale } from "../scripts/telltale.mjs";

const events = 50;
const promise = 250;

/** Resolves in the page with the time (ms, its own clock) at which the model's name was painted. */
function whenPainted(model) {
  return new Promise((resolve) => {
    const look = () => {
      if (!document.querySelector("main")?.textContent?.includes(model)) return false;
      // The frame after next begins once this one has been painted.
      requestAnimationFrame(() => setTimeout(() => resolve(Date.now())));
      return true;
    };
    if (look()) return;
    const observer = new MutationObserver(() => look() && observer.disconnect());
    observer.observe(document.body, { subtree: true, childList: true, characterData: true });
  });
}

function quantile(sorted, q) {
  return sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
}

const executablePath = await ensureBrowser();
if (!executablePath || !((await build("server")) && (await build("dashboard")))) process.exit(1);
const directory = mkdtempSync(path.join(os.tmpdir(), "telltale-bench-"));
const { url, child } = await startTelltale("serve", directory);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
try {
  const page = await browser.newPage();
  await page.goto(url);
  const times = [];
  for (let number = 0; number <= events; number++) {
    const model = `bench-${number}-${Math.random().toString(36).slice(2)}`;
    const painted = page.evaluate(whenPainted, model);
    const sent = Date.now();
    const response = await fetch(`${url}/ingest/requests`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        id: model,
        model,
        created: sent,
        prompt_tokens: 100,
        completion_tokens: 20,
        latency_ms: 1,
        streaming: false,
        status: "success",
      }),
    });
    if (response.status !== 202) throw new Error(`the server answered ${response.status}`);
    times.push((await painted) - sent);
    // Off the beat of the server's ticks, so that every phase of them is met.
    await page.waitForTimeout(Math.random() * 300);
  }
  // The first one turns the empty page into the dashboard.
  const first = times.shift();
  const sorted = times.sort((a, b) => a - b);
  const median = quantile(sorted, 0.5);
  console.log(`POST to pixel, ${events} events, ms
  median  ${median}
  p95     ${quantile(sorted, 0.95)}
  worst   ${sorted.at(-1)}
  best    ${sorted[0]}
  the very first, on an empty page  ${first}
promise: median at most ${promise} ms: ${median <= promise ? "kept" : "broken"}
${os.cpus().length} cores, Node ${process.versions.node}, Chromium ${browser.version()}`);
  process.exitCode = median <= promise ? 0 : 1;
} finally {
  await browser.close();
  child.kill();
  await new Promise((resolve) => child.once("close", resolve));
  rmSync(directory, { recursive: true, force: true });
}
