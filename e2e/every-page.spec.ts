import AxeBuilder from "@axe-core/playwright";
import { connection, pages } from "./dashboard-page.ts";
import { event } from "./event.ts";
import { expect, test } from "./fixtures.ts";
import type { Server } from "./server.ts";

async function fill(server: Server): Promise<void> {
  const failure = {
    status: "error" as const,
    status_code: 500,
    error_type: "server_error",
    error_message: "The engine fell over while it was reading a rather long prompt",
  };
  await server.post("/ingest/requests", [
    ...Array.from({ length: 30 }, (_, index) =>
      event({ latency_ms: 200 + 37 * index, model: index % 3 === 0 ? "gpt-4o" : "gpt-4o-mini" }),
    ),
    event({ ...failure, model: "a-model-with-a-name-that-is-far-longer-than-anybody-would-like" }),
    event({ ...failure, model: "claude-sonnet-4-5" }),
  ]);
}

for (const colorScheme of ["dark", "light"] as const) {
  test(`[E4] no page has an accessibility violation, ${colorScheme}`, async ({ page, server }) => {
    test.setTimeout(240_000);
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    for (const filled of [false, true]) {
      if (filled) await fill(server);
      for (const path of pages) {
        await page.goto(server.url + path);
        await expect(connection(page)).toHaveText("Connected");
        await expect(page.getByRole("main")).not.toBeEmpty();
        const { violations } = await new AxeBuilder({ page }).analyze();
        const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html)}`);
        expect(found, `${path}, ${filled ? "filled" : "empty"}`).toEqual([]);
      }
    }
  });
}

test("[E4] no page scrolls sideways, from 390 to 1920 pixels", async ({ page, server }) => {
  await fill(server);
  for (const width of [390, 768, 1280, 1920]) {
    await page.setViewportSize({ width, height: 844 });
    for (const path of pages) {
      await page.goto(server.url + path);
      await expect(connection(page)).toBeVisible();
      await expect(page.getByRole("main")).not.toBeEmpty();
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect(wide, `${path} at ${width} pixels`).toBeLessThanOrEqual(width);
    }
  }
});

test("[A2] a page says nothing on the console, and breaks no rule of its own policy", async ({
  page,
  server,
}) => {
  const said: string[] = [];
  page.on("console", (message) => {
    if (["error", "warning"].includes(message.type())) said.push(message.text());
  });
  page.on("pageerror", (error) => said.push(error.message));
  await fill(server);
  for (const path of pages) {
    await page.goto(server.url + path);
    await expect(connection(page)).toHaveText("Connected");
  }
  expect(said).toEqual([]);
});

test("[E4] everything is reachable with the keyboard, and what has the focus shows it", async ({
  page,
  server,
}) => {
  await fill(server);
  await page.goto(server.url);
  await expect(connection(page)).toHaveText("Connected");
  await page.keyboard.press("Tab");
  await expect(page.locator(":focus")).toHaveText("Skip to the page");
  const reached = new Set<string>();
  for (let press = 0; press < 80; press++) {
    await page.keyboard.press("Tab");
    const focused = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return undefined;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
      return {
        name: element.getAttribute("aria-label") ?? element.textContent?.trim() ?? "",
        row: element.hasAttribute("data-row"),
        shown: (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none",
      };
    });
    if (!focused) break;
    expect(focused.shown, `the focus on "${focused.name}" shows`).toBe(true);
    reached.add(focused.row ? "a request" : focused.name);
  }
  for (const name of ["Overview", "Models", "Requests", "Errors", "System", "a request"])
    expect([...reached]).toContain(name);

  await page.goto(`${server.url}/requests`);
  const first = page.locator("[data-row]").first();
  await first.focus();
  await page.keyboard.press("ArrowDown");
  await expect(page.locator("[data-row]").nth(1)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});
