// Every page under Lighthouse: performance, accessibility, best practices, on a desktop. --mobile: as a slow telephone instead.
//
//   npm run bench -- audit [/models …]
//
// Performance is measured on this machine: mind the load. What an audit finds is listed below the figures.
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "@playwright/test";
import { ensureBrowser } from "../scripts/browser.mjs";
import { build } from "../scripts/build.mjs";
import { ensureInstalled } from "../scripts/install.mjs";
import { root } from "../scripts/root.mjs";
import { startTelltale } from "../scripts/telltale.mjs";
import { machine, table } from "./rig/report.mjs";

const mobile = process.argv.includes("--mobile");
const asked = process.argv.slice(2).filter((word) => word.startsWith("/"));
const target = 95;
const settleMs = 5_000;
const categories = ["performance", "accessibility", "best-practices"];

const folder = path.join(root, "bench/audit");
const executablePath = await ensureBrowser();
if (!executablePath || !(await ensureInstalled(folder))) process.exit(1);
if (!((await build("server")) && (await build("dashboard")))) process.exit(1);

const load = (name) =>
  import(pathToFileURL(createRequire(path.join(folder, "package.json")).resolve(name)).href);
const { default: lighthouse, desktopConfig } = await load("lighthouse");

const directory = mkdtempSync(path.join(os.tmpdir(), "telltale-audit-"));
const { url, child } = await startTelltale("demo", directory);

const port = 9_300 + (process.pid % 500);
const browser = await chromium.launch({
  executablePath,
  args: ["--no-sandbox", "--disable-gpu", `--remote-debugging-port=${port}`],
});

async function places() {
  const page = await browser.newPage();
  await page.goto(url);
  const links = page.getByRole("navigation").first().getByRole("link", { includeHidden: true });
  await links.first().waitFor({ state: "attached" });
  const found = await links.evaluateAll((all) => all.map((link) => new URL(link.href).pathname));
  await page.close();
  return [...found, "/models/gpt-4o"];
}

/** What Lighthouse says of a page; undefined when it could not finish. */
async function examine(place) {
  const flags = { port, onlyCategories: categories, logLevel: "error" };
  const result = await lighthouse(url + place, flags, mobile ? undefined : desktopConfig);
  return result?.lhr.runtimeError ? undefined : result?.lhr;
}

const rows = [];
const found = [];
try {
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  for (const place of asked.length > 0 ? asked : await places()) {
    // A machine that is busy may not answer in time: that says nothing of the page.
    const lhr = (await examine(place)) ?? (await examine(place));
    if (!lhr) throw new Error(`${place} could not be examined twice: the machine is too busy`);
    const scores = categories.map((id) => Math.round(100 * (lhr.categories[id].score ?? 0)));
    const timed = ["first-contentful-paint", "largest-contentful-paint", "total-blocking-time"];
    rows.push([
      place,
      ...scores,
      ...timed.map((id) => lhr.audits[id].displayValue),
      lhr.audits["cumulative-layout-shift"].displayValue,
    ]);
    for (const id of categories) {
      for (const { id: audit, weight } of lhr.categories[id].auditRefs) {
        const { score, title, displayValue = "", details } = lhr.audits[audit];
        if (weight === 0 || score === null || score >= 0.9) continue;
        const where = (details?.items ?? [])
          .slice(0, 3)
          .map(({ node, url, description }) => node?.snippet ?? description ?? url)
          .filter(Boolean);
        found.push(`${place}: ${title} ${displayValue} ${where.join(" | ")}`.trim());
      }
    }
  }
  const head = ["page", ...categories, "first paint", "largest paint", "blocked", "shift"];
  table(`the pages under Lighthouse, ${mobile ? "slow telephone" : "desktop"}`, head, rows);
  console.log(found.length > 0 ? `\n${found.join("\n")}` : "\nNothing found.");
  machine(`Chromium ${browser.version()}`, `target ${target}`);
  process.exitCode = rows.every((row) => row.slice(1, 4).every((score) => score >= target)) ? 0 : 1;
} finally {
  await browser.close();
  child.kill();
  await new Promise((resolve) => child.once("close", resolve));
  rmSync(directory, { recursive: true, force: true });
}
