// Pictures of every page from a demo server: `node scripts/screens.mjs` refreshes those that are kept (e2e/screens, docs).
// With a directory it writes there every page at 390, 768, 1440 and 2560 pixels, dark and light, and leaves the kept ones alone.
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "@playwright/test";
import { animated } from "./animated-webp.mjs";
import { ensureBrowser } from "./browser.mjs";
import { build } from "./build.mjs";
import { root } from "./root.mjs";

const [elsewhere] = process.argv.slice(2);
const heights = { 390: 844, 768: 1024, 1440: 900, 2560: 1440 };
/** The charts of the last five minutes are to be full of something. */
const settleMs = Number(process.env.SCREENS_SETTLE_MS ?? 200_000);
const quality = 0.82;

const executablePath = await ensureBrowser();
if (!executablePath || !((await build("server")) && (await build("dashboard")))) process.exit(1);
const data = mkdtempSync(path.join(os.tmpdir(), "telltale-screens-"));
const cli = path.join(root, "packages/telltale/dist/cli/main.js");
const child = spawn(process.execPath, [cli, "demo", "--port", "0", "--data-dir", data], {
  stdio: ["ignore", "pipe", "inherit"],
  env: { ...process.env, TELLTALE_LOG_LEVEL: "error" },
});
let url;
for await (const line of createInterface({ input: child.stdout })) {
  url = /Telltale listening on (http:\S+)/.exec(line)?.[1];
  if (url) break;
}

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
// The browser is the only encoder of WebP that is always there.
const encoder = await browser.newPage();

async function toWebp(png) {
  const text = await encoder.evaluate(
    async ([base64, quality]) => {
      const blob = await (await fetch(`data:image/png;base64,${base64}`)).blob();
      const bitmap = await createImageBitmap(blob);
      const canvas = document.createElement("canvas");
      canvas.width = bitmap.width;
      canvas.height = bitmap.height;
      canvas.getContext("2d").drawImage(bitmap, 0, 0);
      return canvas.toDataURL("image/webp", quality);
    },
    [png.toString("base64"), quality],
  );
  return Buffer.from(text.slice(text.indexOf(",") + 1), "base64");
}

async function open(width, colorScheme, address) {
  const context = await browser.newContext({
    viewport: { width, height: heights[width] },
    colorScheme,
    reducedMotion: "reduce",
  });
  const page = await context.newPage();
  await page.goto(url + address);
  await page.getByRole("banner").getByText("Connected").waitFor();
  // What is asked for has been answered, or goes on for good.
  await page.waitForLoadState("networkidle", { timeout: 5_000 }).catch(() => {});
  await page.waitForTimeout(1_000);
  return page;
}

async function placesOf() {
  const page = await open(1440, "dark", "/");
  const links = page.getByRole("navigation").first().getByRole("link");
  const found = await links.evaluateAll((all) => all.map((link) => new URL(link.href).pathname));
  await page.context().close();
  return [...found, "/models/gpt-4o"];
}

const nameOf = (address) => address.slice(1).replaceAll("/", "-") || "overview";

/** The overview in every way; the other pages as most people see them, and as their telephones do. */
const isKept = (address, width, theme) =>
  address === "/" || (width === 1440 && theme === "dark") || (width === 390 && theme === "light");

async function everyPage(directory) {
  mkdirSync(directory, { recursive: true });
  for (const address of await placesOf()) {
    for (const width of Object.keys(heights).map(Number)) {
      for (const theme of ["dark", "light"]) {
        if (!elsewhere && !isKept(address, width, theme)) continue;
        const page = await open(width, theme, address);
        const file = path.join(directory, `${nameOf(address)}-${width}-${theme}.webp`);
        writeFileSync(file, await toWebp(await page.screenshot()));
        await page.context().close();
      }
    }
  }
}

/** A few seconds of the overview, two frames a second. */
async function recording(file) {
  const page = await open(1440, "dark", "/");
  await page.setViewportSize({ width: 1200, height: 700 });
  await page.waitForTimeout(1_000);
  const frames = [];
  for (let count = 0; count < 16; count++) {
    frames.push(await toWebp(await page.screenshot()));
    await page.waitForTimeout(300);
  }
  await page.context().close();
  writeFileSync(file, animated(frames, { width: 1200, height: 700, frameMs: 500 }));
}

async function docs() {
  const directory = path.join(root, "docs");
  const overview = await open(1440, "dark", "/");
  writeFileSync(path.join(directory, "overview.png"), await overview.screenshot());
  await overview.context().close();
  const requests = await open(1440, "light", "/requests");
  await requests.locator("[data-row]").nth(3).press("Enter");
  await requests.waitForTimeout(1_500);
  writeFileSync(path.join(directory, "requests.png"), await requests.screenshot());
  await requests.context().close();
  await recording(path.join(directory, "live.webp"));
}

try {
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  await everyPage(elsewhere ?? path.join(root, "e2e/screens"));
  if (!elsewhere) await docs();
} finally {
  await browser.close();
  child.kill();
  await new Promise((resolve) => child.once("close", resolve));
  rmSync(data, { recursive: true, force: true });
}
