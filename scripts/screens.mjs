// Every page of a demo server at 390, 768, 1440 and 2560 pixels, dark and light: `node scripts/screens.mjs` refreshes e2e/screens
// and the pictures of the README; with a directory it writes the pages there and leaves what is kept alone.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { chromium } from "@playwright/test";
import { animated } from "./animated-webp.mjs";
import { ensureBrowser } from "./browser.mjs";
import { build } from "./build.mjs";
import { root } from "./root.mjs";
import { startTelltale } from "./telltale.mjs";

const [elsewhere] = process.argv.slice(2);
const heights = { 390: 844, 768: 1024, 1440: 900, 2560: 1440 };
/** The charts of the last five minutes are to be full of something. */
const settleMs = Number(process.env.SCREENS_SETTLE_MS ?? 200_000);
const stillMs = Number(process.env.SCREENS_STILL_MS ?? 2_500);
/** A machine that has other things to do is slow, not wrong. */
const patienceMs = 180_000;
/** So that all of them together stay small; the largest are looked at from further away. */
const qualities = { 390: 0.7, 768: 0.6, 1440: 0.55, 2560: 0.35 };

const executablePath = await ensureBrowser();
if (!executablePath || !((await build("server")) && (await build("dashboard")))) process.exit(1);
const data = mkdtempSync(path.join(os.tmpdir(), "telltale-screens-"));
const { url, child } = await startTelltale("demo", data);

const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
// The browser is the only encoder of WebP that is always there.
const encoder = await browser.newPage();

async function toWebp(png, quality) {
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
  page.setDefaultTimeout(patienceMs);
  await show(page, address);
  return page;
}

async function show(page, address) {
  await page.goto(url + address, { waitUntil: "commit" });
  await page.getByRole("banner").getByText("Connected").waitFor();
  // What comes in turn is there, and what is asked for has been answered.
  await page.waitForTimeout(stillMs);
  const asks = () => {
    const main = document.querySelector("main");
    return (
      main.querySelector("[aria-busy=true]") !== null ||
      /^(?:Asking|Comparing)\b/m.test(main.innerText)
    );
  };
  while (await page.evaluate(asks)) await page.waitForTimeout(500);
  if (address === "/") await page.getByText("Recent requests").waitFor();
}

async function placesOf() {
  const page = await open(1440, "dark", "/");
  const links = page.getByRole("navigation").first().getByRole("link");
  const found = await links.evaluateAll((all) => all.map((link) => new URL(link.href).pathname));
  await page.context().close();
  return [...found, "/models/gpt-4o"];
}

const nameOf = (address) => address.slice(1).replaceAll("/", "-") || "overview";

async function everyPage(directory) {
  mkdirSync(directory, { recursive: true });
  const places = await placesOf();
  for (const width of [1440, 390, 768, 2560]) {
    for (const theme of ["dark", "light"]) {
      const page = await open(width, theme, "/");
      for (const address of places) {
        await show(page, address);
        const file = path.join(directory, `${nameOf(address)}-${width}-${theme}.webp`);
        writeFileSync(file, await toWebp(await page.screenshot(), qualities[width]));
      }
      await page.context().close();
    }
  }
}

const film = { width: 1200, height: 700, frameMs: 320 };

/** About ten seconds: figures, a request that grows while it streams, a filter, a cause of errors, a replay. */
async function recording(file) {
  const page = await open(1440, "dark", "/");
  await page.setViewportSize(film);
  await page.waitForTimeout(1_000);
  const frames = [];
  const roll = async (count) => {
    for (let frame = 0; frame < count; frame++) {
      frames.push(await toWebp(await page.screenshot(), 0.5));
      await page.waitForTimeout(film.frameMs / 2);
    }
  };
  await roll(7);
  await page.getByRole("link", { name: "Requests", exact: true }).first().click();
  const streaming = page.locator("[data-row]").filter({ hasText: /Waiting|Streaming/ });
  await streaming.first().waitFor();
  await roll(2);
  await streaming.first().press("Enter");
  await roll(7);
  await page.keyboard.press("Escape");
  const filter = page.getByRole("combobox").first();
  for (const text of ["status", "status:error ", "status:error model:gpt-4o "]) {
    await filter.fill(text);
    await roll(1);
  }
  await page.keyboard.press("Enter");
  await roll(3);
  await page.getByRole("link", { name: "Errors", exact: true }).first().click();
  await page.getByText("Errors by cause").waitFor();
  await roll(2);
  await page.locator("main [aria-expanded=false]").first().click();
  await roll(3);
  const minuteAgo = new Date(Date.now() - 60_000).toISOString();
  await page.goto(`${url}/?replay=${minuteAgo}&speed=10`);
  await page.getByRole("region", { name: "Replay" }).waitFor();
  await page.waitForTimeout(1_500);
  await roll(7);
  await page.context().close();
  writeFileSync(file, animated(frames, film));
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
  if (!elsewhere) await docs();
  await everyPage(elsewhere ?? path.join(root, "e2e/screens"));
} finally {
  await browser.close();
  child.kill();
  await new Promise((resolve) => child.once("close", resolve));
  rmSync(data, { recursive: true, force: true });
}
