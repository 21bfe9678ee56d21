import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { event } from "./event.ts";
import { expect, test } from "./fixtures.ts";
import { type Server, startServer } from "./server.ts";

async function fill(server: Server): Promise<void> {
  const models = ["gpt-4o", "gpt-4o-mini", "claude-sonnet-4-5"];
  await server.post(
    "/ingest/requests",
    Array.from({ length: 60 }, (_, index) => ({
      ...event({ latency_ms: 100 + 53 * index, model: models[index % 3] ?? "" }),
      user_id: `u-${index % 4}`,
    })),
  );
}

const panel = (page: Page, name: string) => page.getByRole("article", { name, exact: true });

async function said(page: Page): Promise<string[]> {
  const lines: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) lines.push(message.text());
  });
  page.on("pageerror", (error) => lines.push(error.message));
  return lines;
}

async function axe(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html)}`);
}

test("[W6] a board is made, arranged, kept over a reload, shared and taken back", async ({
  page,
  server,
  browser,
}) => {
  test.setTimeout(180_000);
  await fill(server);
  const lines = await said(page);
  await page.goto(`${server.url}/boards?range=15m`);
  await page.getByRole("button", { name: /^Latency/ }).click();
  await expect(panel(page, "p95 latency").getByTitle(/ms$/)).toBeVisible();
  await expect(panel(page, "p95 latency by endpoint").getByRole("row")).not.toHaveCount(0);
  await expect(panel(page, "How latency spreads").locator("canvas")).toBeVisible();
  expect(await axe(page)).toEqual([]);

  await page.keyboard.press("a");
  const dialog = page.getByRole("dialog", { name: "Add a panel" });
  await dialog.getByText("Table", { exact: true }).click();
  await dialog.getByLabel("Metric").selectOption({ label: "Requests" });
  await dialog.getByLabel("Row for each").selectOption({ label: "User" });
  await dialog.getByLabel("Only requests with").fill("modle:x");
  await expect(dialog.getByRole("alert")).toContainText("Column 1");
  await expect(dialog.getByRole("button", { name: "Add panel" })).toBeDisabled();
  await dialog.getByLabel("Only requests with").fill("model:gpt-4o*");
  expect(await axe(page)).toEqual([]);
  await dialog.getByRole("button", { name: "Add panel" }).click();
  await expect(panel(page, "Requests by user").getByRole("row")).toHaveCount(5);
  await expect(page.getByText("Requests by user was added.")).toBeAttached();
  await expect(panel(page, "Requests by user")).toBeInViewport({ ratio: 0.9 });

  const handle = page.getByRole("button", { name: "Arrange p50 latency" });
  await handle.focus();
  await page.keyboard.press("Shift+ArrowDown");
  await expect(page.getByText("p50 latency: 3 columns wide, 4 rows high.")).toBeAttached();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByText(/^p50 latency: column 1, row \d+\.$/)).toBeAttached();
  await expect(handle).toBeFocused();

  const moved = panel(page, "p95 latency");
  const before = (await moved.boundingBox())?.x ?? 0;
  await moved.getByRole("heading").hover();
  await page.mouse.down();
  await page.mouse.move(before + 60, 300, { steps: 4 });
  await page.mouse.move(before + 500, 320, { steps: 8 });
  await page.mouse.up();
  await expect.poll(async () => (await moved.boundingBox())?.x ?? 0).toBeGreaterThan(before + 100);

  await page.getByRole("button", { name: "Menu of Requests by user" }).click();
  await page.getByRole("menuitem", { name: "Remove" }).click();
  await expect(panel(page, "Requests by user")).toHaveCount(0);
  await page.getByRole("button", { name: "Undo" }).click();
  await expect(panel(page, "Requests by user")).toBeVisible();

  await page.reload();
  await expect(panel(page, "Requests by user").getByRole("row")).toHaveCount(5);
  expect(lines).toEqual([]);

  await page.getByRole("button", { name: "Share" }).click();
  const link = await page.getByLabel("Link", { exact: true }).inputValue();
  const other = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const guest = await other.newPage();
  await guest.goto(link);
  await expect(panel(guest, "Requests by user").getByRole("row")).toHaveCount(5);
  const wide = await guest.evaluate(() => document.documentElement.scrollWidth);
  expect(wide).toBeLessThanOrEqual(390);
  await guest.getByRole("button", { name: "Keep it" }).click();
  await expect(guest.getByLabel("Board", { exact: true })).toHaveValue("latency");
  expect(await axe(guest)).toEqual([]);
  await guest.goto(link.slice(0, -9));
  await expect(guest.getByRole("alert")).toContainText("holds no board");
  await other.close();
});

test("[W7] a board kept for everyone is on a colleague's page, who may copy or remove it", async ({
  page,
  server,
  browser,
}) => {
  await fill(server);
  await page.goto(`${server.url}/boards?range=15m`);
  await page.getByRole("button", { name: /^Latency/ }).click();
  await page.getByRole("button", { name: "Share" }).click();
  const keep = page.getByRole("button", { name: "Keep for everyone" });
  await keep.click();
  await expect(page.getByText("It is among the boards of everyone")).toBeVisible();
  expect(await axe(page)).toEqual([]);

  const other = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const colleague = await other.newPage();
  await colleague.goto(`${server.url}/boards?range=15m`);
  await expect(panel(colleague, "p95 latency").getByTitle(/ms$/)).toBeVisible();
  const picker = colleague.getByLabel("Board", { exact: true });
  await expect(picker.getByRole("option")).toHaveText(["Latency · for everyone"]);
  expect(await axe(colleague)).toEqual([]);
  const width = await colleague.evaluate(() => document.documentElement.scrollWidth);
  expect(width).toBeLessThanOrEqual(390);
  await colleague.getByRole("button", { name: "Copy to change it" }).click();
  await expect(picker.getByRole("option")).toHaveText(["Latency", "Latency · for everyone"]);
  await picker.selectOption({ label: "Latency · for everyone" });
  await expect(colleague).toHaveURL(/project=latency/);
  await colleague.getByRole("button", { name: "Remove" }).click();
  await expect(picker.getByRole("option")).toHaveText(["Latency"]);
  await colleague.getByRole("button", { name: "Undo" }).click();
  await expect(picker.getByRole("option")).toHaveText(["Latency", "Latency · for everyone"]);
  await other.close();
});

test("[W5] what a chart shows is saved as CSV and as a picture", async ({ page, server }) => {
  await fill(server);
  await page.goto(`${server.url}/?range=1h`);
  const menu = page.getByRole("button", { name: "Menu of Latency", exact: true });
  const saved = async (name: string) => {
    await menu.click();
    const [download] = await Promise.all([
      page.waitForEvent("download"),
      page.getByRole("menuitem", { name }).click(),
    ]);
    const stream = await download.createReadStream();
    const parts: Buffer[] = [];
    for await (const part of stream) parts.push(Buffer.from(part));
    return { name: download.suggestedFilename(), content: Buffer.concat(parts) };
  };
  const csv = await saved("Save as CSV");
  expect(csv.name).toMatch(/^latency-.*\.csv$/);
  expect(csv.content.toString("utf8")).toMatch(/^time,p50,p95,p99\r\n\d{4}-/);
  const png = await saved("Save as PNG");
  expect(png.name).toMatch(/\.png$/);
  expect(png.content.subarray(1, 4).toString("latin1")).toBe("PNG");
  // Width stands in the header; the picture is as wide as the chart with its margins.
  expect(png.content.readUInt32BE(16)).toBeGreaterThan(320);
});

test("[W4] a board shows in a frame of an allowed origin, and of no other", async ({
  page,
  site,
}) => {
  test.setTimeout(180_000);
  const server = await startServer({ args: ["--allowed-origins", site.origin] });
  const stranger = await startServer();
  try {
    for (const each of [server, stranger]) await fill(each);
    await page.goto(`${server.url}/boards?range=15m`);
    await page.getByRole("button", { name: /^Money/ }).click();
    await page.getByRole("button", { name: "Share" }).click();
    const link = new URL(await page.getByLabel("Link", { exact: true }).inputValue());
    const address = (base: string): string => `${base}/embed/board${link.search}`;
    site.serve({
      page: `<!doctype html><title>A friend</title>
        <iframe id="in" width="800" height="600" title="in" src="${address(server.url)}"></iframe>
        <iframe id="page" title="page" src="${server.url}/boards"></iframe>
        <iframe id="out" title="out" src="${address(stranger.url)}"></iframe>`,
    });
    const refused: string[] = [];
    page.on("console", (message) => {
      if (/frame-ancestors/.test(message.text())) refused.push(message.text());
    });
    await page.goto(site.origin);
    const inside = page.frameLocator("#in");
    await expect(inside.getByRole("heading", { name: "Money" })).toBeVisible();
    await expect(inside.getByRole("status").first()).toContainText("Connected");
    await expect(
      inside.getByRole("article", { name: "Cost by user" }).getByRole("row"),
    ).toHaveCount(5);
    await expect(inside.getByRole("navigation")).toHaveCount(0);
    await expect(inside.getByRole("button")).toHaveCount(0);
    await expect.poll(() => refused.length).toBe(2);
    await expect(page.frameLocator("#out").getByRole("heading", { name: "Money" })).toHaveCount(0);
    await page.goto(address(server.url));
    await expect(page.getByRole("heading", { name: "Money" })).toBeVisible();
    expect(await axe(page)).toEqual([]);
  } finally {
    await server.close();
    await stranger.close();
  }
});
