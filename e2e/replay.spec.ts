import AxeBuilder from "@axe-core/playwright";
import { connection, figure, recentRows } from "./dashboard-page.ts";
import { event } from "./event.ts";
import { expect, test } from "./fixtures.ts";

test("[Y7] the page plays the past, says so everywhere, and comes back to live with one key", async ({
  page,
  server,
}) => {
  test.setTimeout(240_000);
  const base = Math.floor(Date.now() / 1000) * 1000 - 2 * 3_600_000;
  await server.post(
    "/ingest/requests",
    Array.from({ length: 20 }, (_, index) =>
      event({ created: base + index * 30_000, latency_ms: 1000 + 10 * index }),
    ),
  );
  await server.post("/ingest/requests", event({ model: "only-now", latency_ms: 5000 }));

  // Ten had ended by then, and the next does half a minute of the test later: a slow machine sees it, too.
  const at = new Date(base + 285_000).toISOString();
  await page.goto(`${server.url}/?range=15m`);
  await expect(figure(page, "Total requests")).toHaveText("21");
  await page.goto(`${server.url}/?range=15m&replay=${at}&speed=0.5`);
  await expect(connection(page)).toHaveText("Replay");
  await expect(page).toHaveTitle(/^Replay · /);
  const bar = page.getByRole("region", { name: "Replay", exact: true });
  await expect(bar).toBeVisible();
  await expect(figure(page, "Total requests")).toHaveText("10");

  await page.keyboard.press("Space");
  await expect(bar.getByRole("button", { name: "Play", exact: true })).toBeVisible();
  await expect(figure(page, "Total requests")).toHaveText("10");
  await expect(figure(page, "Avg latency")).toHaveText(/^1\.0[45] s$/);
  await expect(page.getByText("only-now")).toHaveCount(0);
  const { violations } = await new AxeBuilder({ page }).analyze();
  expect(violations.map(({ id }) => id)).toEqual([]);

  const slider = bar.getByRole("slider");
  await slider.focus();
  await page.keyboard.press("End");
  await expect(figure(page, "Total requests")).toHaveText("20");
  // The address follows, so that what is looked at can be shared.
  await expect.poll(() => new URL(page.url()).searchParams.get("replay")).not.toBe(at);
  await slider.focus();
  await page.keyboard.press("Home");
  await expect(figure(page, "Total requests")).toHaveText("0");

  await page.goto(`${server.url}/requests?replay=${at}&speed=0.5`);
  await expect(connection(page)).toHaveText("Replay");
  await expect(page.getByText("only-now")).toHaveCount(0);
  await page.keyboard.press("g");
  await page.keyboard.press("o");
  await expect(recentRows(page).first()).toBeVisible();
  expect(new URL(page.url()).searchParams.get("replay")).not.toBeNull();

  await page.keyboard.press("l");
  await expect(connection(page)).toHaveText("Connected");
  await expect(figure(page, "Total requests")).toHaveText("21");
  await expect(bar).toHaveCount(0);
  await expect(page).not.toHaveTitle(/Replay/);
  expect(new URL(page.url()).searchParams.get("replay")).toBeNull();

  await page.keyboard.press("Shift+R");
  await expect(page.getByRole("slider")).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(connection(page)).toHaveText("Replay");
});
