// Draws the icons of the installed dashboard from its favicon: run once after the favicon has changed.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { chromium } from "@playwright/test";
import { ensureBrowser } from "./browser.mjs";
import { root } from "./root.mjs";

const directory = path.join(root, "apps/dashboard/public");
const svg = readFileSync(path.join(directory, "favicon.svg"), "utf8");
// A maskable icon is cut to a shape within its middle four fifths: the ground goes to the edge.
const inset = 0.8;
const icons = [
  { name: "any-192", size: 192 },
  { name: "any-512", size: 512 },
  { name: "touch-180", size: 180, full: true },
  { name: "maskable-512", size: 512, full: true },
];

const executablePath = await ensureBrowser();
if (!executablePath) process.exit(1);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
const page = await browser.newPage();
mkdirSync(path.join(directory, "icons"), { recursive: true });
for (const { name, size, full } of icons) {
  await page.setViewportSize({ width: size, height: size });
  const scale = full ? inset : 1;
  await page.setContent(`<style>html{background:${full ? "#0f1720" : "transparent"}}
    body{margin:0;display:grid;place-items:center;height:100vh}svg{width:${100 * scale}vw}</style>${svg}`);
  const image = await page.screenshot({ omitBackground: true });
  writeFileSync(path.join(directory, "icons", `${name}.png`), image);
}
await browser.close();
