import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { connection, everyPlace } from "./dashboard-page.ts";
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

async function show(page: Page, url: string): Promise<void> {
  await page.goto(url);
  await expect(connection(page)).toHaveText("Connected", { timeout: 15_000 });
  await expect(page.getByRole("main")).not.toBeEmpty();
}

async function violations(page: Page): Promise<string[]> {
  const found = await new AxeBuilder({ page }).options({ resultTypes: ["violations"] }).analyze();
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html)}`);
}

/** What can be pressed and is lower than a thumb, apart from links within a text. */
function smallTargets(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const least = 44;
    const inText = (element: Element): boolean =>
      element.matches("p a, td a, th a, li p a, [data-row] a");
    return (
      [...document.querySelectorAll("a[href], button, select, summary, input, label")]
        .filter((element) => !inText(element))
        // Whoever misses the box presses its label.
        .filter((element) => !(element.matches("input") && element.closest("label")))
        .filter((element) => !(element.matches("label") && !element.querySelector("input")))
        .filter((element) => element.checkVisibility() && !element.closest(".sr-only"))
        .filter((element) => {
          const { width, height, bottom } = element.getBoundingClientRect();
          const around = getComputedStyle(element, "::before");
          const grown = around.position === "absolute" ? -2 * Number.parseFloat(around.top) : 0;
          return bottom > 0 && width > 1 && height + (grown || 0) < least - 0.5;
        })
        .map((element) => {
          const { height } = element.getBoundingClientRect();
          return `${Math.round(height)} px: ${element.outerHTML.slice(0, 120)}`;
        })
    );
  });
}

// Each theme and each width once: contrast goes by the one, order and size by the other.
const looks = [
  [390, "dark"],
  [1440, "light"],
] as const;

for (const filled of [false, true]) {
  test(`[E4] [A2] every page, ${filled ? "filled: no violation in dark and light, at 390 and 1440 pixels" : "empty: no violation"}, nothing on the console`, async ({
    page,
    server,
  }) => {
    test.setTimeout(240_000);
    const said: string[] = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) said.push(message.text());
    });
    page.on("pageerror", (error) => said.push(error.message));
    if (filled) await fill(server);
    await page.emulateMedia({ reducedMotion: "reduce" });
    await show(page, server.url);
    const paths = await everyPlace(page);
    for (const [index, path] of [...paths, ...(filled ? ["/models/gpt-4o"] : [])].entries()) {
      await show(page, server.url + path);
      // What is said where there is nothing yet is the same words in the same places: one look each is enough.
      for (const [width, colorScheme] of filled ? looks : looks.slice(index % 2, (index % 2) + 1)) {
        await page.emulateMedia({ colorScheme });
        await page.setViewportSize({ width, height: 900 });
        const where = `${path} at ${width} pixels, ${colorScheme}`;
        expect.soft(await violations(page), where).toEqual([]);
      }
    }
    expect(said).toEqual([]);
  });
}

test("[E4] [X4] no page scrolls sideways from 390 to 3840 pixels, and thumbs find what they press", async ({
  page,
  server,
}) => {
  test.setTimeout(120_000);
  await fill(server);
  await show(page, server.url);
  for (const path of [...(await everyPlace(page)), "/models/gpt-4o"]) {
    await show(page, server.url + path);
    for (const width of [3840, 2560, 1440, 768, 390]) {
      await page.setViewportSize({ width, height: 844 });
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      expect.soft(wide, `${path} at ${width} pixels`).toBeLessThanOrEqual(width);
    }
    expect.soft(await smallTargets(page), `${path} at 390 pixels`).toEqual([]);
  }
});
