import { readFile } from "node:fs/promises";
import { event } from "./event.ts";
import { expect, test } from "./fixtures.ts";

const rows = (page: import("@playwright/test").Page) =>
  page.getByRole("grid", { name: "Requests, newest first" }).locator("[data-row]");

test("[V1] the list is filtered in the query language, live and stored alike, and the address keeps it", async ({
  page,
  server,
}) => {
  await server.post("/ingest/requests", [
    event({ model: "gpt-4o", latency_ms: 5_000 }),
    event({ model: "gpt-4o", latency_ms: 100 }),
    event({ model: "claude-sonnet-4-5", status: "error", error_type: "overloaded_error" }),
  ]);
  await page.goto(`${server.url}/requests`);
  await expect(rows(page)).toHaveCount(3);

  const filter = page.getByRole("combobox", { name: "Filter requests" });
  await page.keyboard.press("/");
  await expect(filter).toBeFocused();
  await page.keyboard.type("mod");
  await page.getByRole("option", { name: /^model/ }).click();
  await page.keyboard.type("gpt");
  await page.getByRole("option", { name: /^gpt-4o/ }).click();
  await page.keyboard.type("latency>2s");
  await page.keyboard.press("Enter");
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText("5.00 s");

  await server.post("/ingest/requests", [
    event({ model: "gpt-4o", latency_ms: 7_000 }),
    event({ model: "gpt-4o-mini", latency_ms: 7_000 }),
  ]);
  await page.mouse.move(0, 0);
  await filter.blur();
  await expect(rows(page)).toHaveCount(2);
  await page.reload();
  await expect(filter).toHaveValue("model:gpt-4o latency>2s");
  await expect(rows(page)).toHaveCount(2);

  await filter.fill("status:eror");
  await expect(page.getByText(/Column 8: .*did you mean error\?/)).toBeVisible();
});

test("[V2] what the list shows is saved as a file", async ({ page, server }) => {
  await server.post("/ingest/requests", [
    event({ model: "=2+5", latency_ms: 5_000 }),
    event({ model: "gpt-4o" }),
  ]);
  await page.goto(`${server.url}/requests?q=latency%3E2s`);
  await expect(rows(page)).toHaveCount(1);
  await page.getByRole("button", { name: "Export" }).click();
  await expect(page.getByRole("dialog", { name: "Export" })).toContainText(
    "All finished requests that match the filter, that are kept, not only those listed here",
  );
  const download = page.waitForEvent("download");
  await page.getByRole("button", { name: /^CSV/ }).click();
  const file = await download;
  expect(file.suggestedFilename()).toMatch(/^telltale-requests-.*\.csv$/);
  const [head, ...lines] = (await readFile(await file.path(), "utf8")).trim().split(/\r?\n/);
  expect(head?.split(",")).toContain("model");
  expect(lines).toHaveLength(1);
  expect(lines[0]).not.toMatch(/(^|,)=2\+5/);
  const words = page.getByRole("region", { name: "Messages" });
  await expect(words).toContainText(/The export is saved.*telltale-requests-.*\.csv, 1 request/);

  await page.route("**/api/v1/export?**", (route) =>
    route.fulfill({
      status: 503,
      json: { title: "Busy", detail: "Too many exports run already." },
    }),
  );
  await page.getByRole("button", { name: "Export" }).click();
  await page.getByRole("button", { name: /^JSON/ }).click();
  await expect(words).toContainText(/The export failed.*Too many exports run already\./);
});

test("a request's cost is shown as the sum it is", async ({ page, server }) => {
  await server.post(
    "/ingest/requests",
    event({ model: "gpt-4o", prompt_tokens: 1_000_000, completion_tokens: 100_000 }),
  );
  await page.goto(`${server.url}/requests`);
  await rows(page).first().click();
  const details = page.getByRole("dialog");
  await expect(details.getByRole("row", { name: /^Input/ })).toContainText("$2.50 per million");
  await expect(details.getByRole("row", { name: /^Output/ })).toContainText("$10.00 per million");
  await expect(details.getByRole("row", { name: /^Total/ })).toContainText("$3.50");
});
