import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { connection } from "./dashboard-page.ts";
import { expect, test } from "./fixtures.ts";
import { type Server, startServer } from "./server.ts";

let server: Server;
let adminKey = "";

test.beforeAll(async () => {
  server = await startServer({ args: ["--auth", "required"] });
  const key = (): string => /Admin key \(shown once\): (tt_\S+)/.exec(server.output())?.[1] ?? "";
  await expect.poll(key).not.toBe("");
  adminKey = key();
});
test.afterAll(() => server.close());

async function signIn(page: Page, key: string): Promise<void> {
  await page.getByLabel("Key", { exact: true }).fill(key);
  await page.getByLabel("Key", { exact: true }).press("Enter");
}

test("[X7] [X8] a key opens the address that was asked for; a key made there reads until it is revoked", async ({
  page,
  browser,
}) => {
  test.setTimeout(120_000);
  await page.goto(`${server.url}/models?range=1h`);
  const field = page.getByLabel("Key", { exact: true });
  await expect(field).toBeFocused();
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 800 });
    const { violations } = await new AxeBuilder({ page }).analyze();
    expect(violations.map(({ id }) => id)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(
      width,
    );
  }
  await page.setViewportSize({ width: 1280, height: 800 });
  await signIn(page, "tt_nobody_has_this_one");
  await expect(page.getByRole("alert")).not.toBeEmpty();
  await signIn(page, adminKey);
  await expect(connection(page)).toHaveText("Connected", { timeout: 15_000 });
  expect(page.url()).toBe(`${server.url}/models?range=1h`);

  await page.goto(`${server.url}/settings`);
  await page.getByRole("button", { name: "New key" }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Name").fill("a reader");
  await form.getByLabel("For").selectOption("read");
  await form.getByRole("button", { name: "Make the key" }).click();
  const secret = await form.locator("code").textContent();
  await form.getByRole("button", { name: "Done" }).click();

  const context = await browser.newContext();
  const reader = await context.newPage();
  await reader.goto(`${server.url}/alerts`);
  await signIn(reader, secret ?? "");
  await expect(connection(reader)).toHaveText("Connected", { timeout: 15_000 });
  await expect(reader.getByText("needs an admin key")).toBeVisible();
  await expect(reader.getByRole("button", { name: "New rule" })).toBeDisabled();
  await expect(reader.getByRole("button", { name: "New silence" })).toBeDisabled();

  await page.getByRole("button", { name: "Revoke a reader" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await expect(reader.getByText("Your session ended.")).toBeVisible({ timeout: 15_000 });
  expect(new URL(reader.url()).pathname).toBe("/alerts");
  await context.close();

  await page.getByRole("button", { name: "Sign out" }).first().click();
  await expect(field).toBeFocused();
  expect(new URL(page.url()).pathname).toBe("/settings");
});

test("[X8] projects are apart: another one is chosen in the header and has figures of its own", async ({
  page,
}) => {
  const call = (path: string, body: unknown, project = "default"): Promise<Response> =>
    fetch(server.url + path, {
      method: "POST",
      headers: {
        authorization: `Bearer ${adminKey}`,
        "content-type": "application/json",
        "x-telltale-project": project,
      },
      body: JSON.stringify(body),
    });
  await call("/api/v1/projects", { name: "Team A", id: "team-a" });
  const request = { model: "gpt-4o-mini", prompt_tokens: 9, completion_tokens: 3, latency_ms: 80 };
  await call("/ingest/requests", [request, request], "team-a");
  await page.goto(server.url);
  await signIn(page, adminKey);
  await expect(page.getByText("Send the first request")).toBeVisible({ timeout: 15_000 });
  await page.getByLabel("Project", { exact: true }).selectOption("team-a");
  await expect(page.getByText("Total requests")).toBeVisible({ timeout: 15_000 });
  await expect(page.locator("dl > div").filter({ hasText: "Total requests" })).toContainText("2");
});
