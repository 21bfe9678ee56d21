import type { Page } from "@playwright/test";
import { connection } from "./dashboard-page.ts";
import { event } from "./event.ts";
import { expect, test } from "./fixtures.ts";

const focused = (page: Page) => page.locator(":focus");

async function filled(
  page: Page,
  post: (to: string, body: unknown) => Promise<unknown>,
  url: string,
) {
  const failed = { status: "error" as const, error_type: "server_error", error_message: "It fell" };
  await post("/ingest/requests", [event(), event({ model: "gpt-4o" }), event(failed)]);
  await page.goto(url);
  await expect(connection(page)).toHaveText("Connected");
}

test("[E4] everything is reachable with the keyboard, and what has the focus shows it", async ({
  page,
  server,
}) => {
  await filled(page, server.post, server.url);
  await page.keyboard.press("Tab");
  await expect(focused(page)).toHaveText("Skip to the page");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("main")).toBeFocused();
  await page.reload();
  await expect(connection(page)).toHaveText("Connected");
  await expect(page.locator("[data-row]").first()).toBeVisible();
  const reached = new Set<string>();
  for (let press = 0; press < 100; press++) {
    await page.keyboard.press("Tab");
    const what = await page.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return undefined;
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(element);
      return {
        name: element.getAttribute("aria-label") ?? element.textContent?.trim() ?? "",
        row: element.hasAttribute("data-row"),
        shown: (outlineStyle !== "none" && outlineWidth !== "0px") || boxShadow !== "none",
      };
    });
    if (!what) break;
    expect(what.shown, `the focus on "${what.name}" shows`).toBe(true);
    reached.add(what.row ? "a request" : what.name);
  }
  for (const name of ["Overview", "Models", "Requests", "Errors", "System", "a request"])
    expect([...reached]).toContain(name);
});

test("[X1] two keys lead to every page, and the list of keys names them all", async ({
  page,
  server,
}) => {
  await filled(page, server.post, server.url);
  await page.keyboard.press("Shift+?");
  const list = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(list).toBeVisible();
  const ways = await list
    .getByRole("listitem")
    .filter({ hasText: /^Go to/ })
    .evaluateAll((items) =>
      items.map((item) => ({
        name: item.firstElementChild?.textContent ?? "",
        keys: [...item.querySelectorAll("kbd")].map((key) => key.textContent.toLowerCase()),
      })),
    );
  const places = await page.getByRole("navigation").first().getByRole("link").count();
  expect(ways.length).toBe(places);
  await page.keyboard.press("Escape");
  await expect(list).toHaveCount(0);
  for (const { name, keys } of ways) {
    for (const key of keys) await page.keyboard.press(key);
    const heading = page.getByRole("heading", { level: 1 });
    await expect(heading).toHaveText(name.replace("Go to ", ""), { ignoreCase: true });
  }
});

test("[X1] what is typed before the palette has come is in it", async ({ page, server }) => {
  await filled(page, server.post, server.url);
  let arrive = (): void => undefined;
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  await page.route(/\/Palette-[^/]*\.js/, async (route) => {
    await arrived;
    await route.continue();
  });
  const asked = page.waitForRequest(/\/Palette-/);
  await page.keyboard.press("Control+k");
  await asked;
  // Of these two keys alone others would lead to another page.
  await page.keyboard.type("g ey");
  await page.keyboard.press("Backspace");
  arrive();
  await expect(page.getByRole("combobox")).toHaveValue("g e");
  await expect(page).toHaveURL(new RegExp(`^${server.url}/$`));
});

test("[X1] the palette finds a model, a setting and an action, and gives the focus back", async ({
  page,
  server,
}) => {
  await filled(page, server.post, server.url);
  const field = page.getByRole("combobox", { name: "Actions" });
  const find = async (text: string): Promise<void> => {
    await page.keyboard.press("Control+k");
    await expect(field).toBeFocused();
    await page.keyboard.type(text);
    await page.keyboard.press("Enter");
    await expect(field).toHaveCount(0);
  };
  await find("gpt-4o-mi");
  await expect(page).toHaveURL(/\/models\/gpt-4o-mini/);
  await expect(page).toHaveTitle("gpt-4o-mini · Models · Telltale");
  await find("time zone");
  await expect(page.getByRole("combobox", { name: "Time zone" })).toBeFocused();
  await page.keyboard.press("Control+k");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("combobox", { name: "Time zone" })).toBeFocused();
  await find("send data");
  const help = page.getByRole("dialog", { name: "Send data" });
  await expect(help.getByRole("status")).toHaveText("Waiting for a request");
  await server.post("/ingest/requests", event());
  await expect(help.getByRole("status")).toHaveText(/has arrived/);
  await page.keyboard.press("Escape");
  await expect(help).toHaveCount(0);
});

test("[X1] what is typed on a page without a filter leads to the model of that name, or filters requests", async ({
  page,
  server,
}) => {
  await server.post("/ingest/requests", [event({ model: "claude-sonnet-4-5" }), event()]);
  await filled(page, server.post, `${server.url}/models`);
  const palette = page.getByRole("dialog", { name: "Actions" });
  await page.keyboard.press("/");
  await expect(page.getByRole("combobox", { name: "Actions" })).toBeFocused();
  await page.keyboard.type("sonnet");
  await expect(palette.getByRole("option", { selected: true })).toHaveText("claude-sonnet-4-5");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/\/models\/claude-sonnet-4-5/);
  await page.keyboard.press("/");
  await expect(page.getByRole("combobox", { name: "Actions" })).toBeFocused();
  await page.keyboard.type("status:error latency<2s");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("combobox", { name: "Filter requests" })).toHaveValue(
    "status:error latency<2s",
  );
  await expect(page.locator("[data-row]")).toHaveCount(1);
});

test("[X2] a list that is held still says so, and goes back to now by the key for that", async ({
  page,
  server,
}) => {
  await filled(page, server.post, `${server.url}/requests`);
  await expect(page.locator("[data-row]").first()).toBeVisible();
  const header = page.getByRole("banner");
  await expect(header.getByText("Paused")).toBeHidden();
  await page.keyboard.press("Space");
  await expect(page.getByRole("button", { name: /^Resume/ })).toBeVisible();
  await expect(header.getByText("Paused")).toBeVisible();
  await expect(header.getByText(/\blive\b/)).toBeHidden();
  await page.keyboard.press("l");
  await expect(page.getByRole("button", { name: "Pause" })).toBeVisible();
  await expect(header.getByText("Paused")).toBeHidden();
});

test("[X2] keys move through time, and the address says where to", async ({ page, server }) => {
  await filled(page, server.post, server.url);
  const search = () => new URL(page.url()).searchParams;
  const press = async (key: string, ...names: readonly string[]): Promise<void> => {
    await page.keyboard.press(key);
    await expect.poll(() => [...search().keys()].sort()).toEqual([...names].sort());
  };
  await press("-", "range");
  expect(search().get("range")).toBe("15m");
  await press("[", "from", "to");
  const before = Date.parse(search().get("to") ?? "");
  expect(before).toBeLessThan(Date.now() - 6 * 60_000);
  await page.keyboard.press("=");
  await expect
    .poll(() => Date.parse(search().get("to") ?? "") - Date.parse(search().get("from") ?? ""))
    .toBe(450_000);
  await press("l");
  await press("p", "against");
  await expect(page.getByRole("checkbox", { name: "Against the period before" })).toBeChecked();
  await page.reload();
  await expect(page.getByRole("checkbox", { name: "Against the period before" })).toBeChecked();
  await page.keyboard.press("b");
  await expect(page).toHaveURL(/\/requests\?.*from=/);
});

test("[X1] a slash leads to the filter, letters are then text, Escape closes what is open", async ({
  page,
  server,
}) => {
  await filled(page, server.post, `${server.url}/requests`);
  await expect(page.locator("[data-row]").first()).toBeVisible();
  await page.keyboard.press("/");
  const field = focused(page);
  await page.keyboard.type("gpt-4o-mini");
  await expect(field).toHaveValue("gpt-4o-mini");
  await expect(page).toHaveURL(/\/requests/);
  await page.keyboard.press("Escape");

  await page.goto(`${server.url}/requests`);
  await page.locator("[data-row]").first().focus();
  await page.keyboard.press("ArrowDown");
  await expect(page.locator("[data-row]").nth(1)).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("dialog")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
});

test("[X5] a point of a chart leads to the requests behind it", async ({ page, server }) => {
  await filled(page, server.post, `${server.url}/?range=15m`);
  const chart = page.locator(".u-over").first();
  await expect(page.getByRole("img", { name: /^Requests per second/ })).toBeVisible();
  const box = await chart.boundingBox();
  if (!box) throw new Error("The chart has no size.");
  await expect(async () => {
    await chart.click({ position: { x: box.width - 6, y: box.height / 2 } });
    await expect(page).toHaveURL(/\/requests\?.*from=.*to=/, { timeout: 1_000 });
  }).toPass();

  // Its time is of that list only, and the pointer's moment went with the chart.
  await page.getByRole("link", { name: "Models" }).first().click();
  await expect(page).toHaveURL(/\/models\?range=15m$/);
  const legend = page.getByRole("table", { name: /latency/i }).first();
  await expect(legend.getByRole("columnheader", { name: "Last" })).toBeVisible();
});

test("a page that shows the past says so, and one click leads back to now", async ({
  page,
  server,
}) => {
  await filled(page, server.post, `${server.url}/?range=15m`);
  const [from, to] = [Date.now() - 600_000, Date.now() - 300_000].map((t) =>
    new Date(t).toISOString(),
  );
  await page.goto(`${server.url}/?from=${from}&to=${to}`);
  for (const name of ["Models", "Costs"]) {
    await page.getByRole("link", { name }).first().click();
    await expect(page.getByRole("button", { name: /^Past/ })).toBeVisible();
  }
  await page.getByRole("button", { name: /^Past/ }).click();
  await expect(page).toHaveURL(/\/costs$/);
  await expect(page.getByRole("button", { name: /^Past/ })).toHaveCount(0);
});
