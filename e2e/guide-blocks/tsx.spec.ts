import { chromium } from "@playwright/test";
import { event } from "../event.ts";
import { expect, test } from "../fixtures.ts";
import { startServer } from "../server.ts";
import { type GuideApp, guideApp } from "./app.ts";
import { absent, guide } from "./blocks.ts";

test.describe("the guide's tsx blocks, as written", () => {
  let app: GuideApp;

  test.beforeEach(async ({ browserName: _ }, info) => {
    info.skip(guide === null, absent);
    app = await guideApp(guide ?? "", `guide-tsx-${info.workerIndex}-${info.testId}`);
  });

  test.afterEach(async () => {
    if (guide !== null) await app.remove();
  });

  test("type-check with strict off", async () => {
    expect(await app.typeCheck()).toBe("");
  });

  test("show live values from our server", async ({ page, site }) => {
    const server = await startServer({ args: ["--allowed-origins", site.origin] });
    const said: string[] = [];
    const dialogs: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      return dialog.dismiss();
    });
    try {
      site.serve({
        directory: await app.build({
          REACT_APP_WS_URL: `ws://localhost:${server.port}/metrics/stream`,
        }),
      });
      await page.goto(site.origin);

      // Steps 1 and 2: connected, said so, and the layout shows it.
      await expect.poll(() => said).toContain("WebSocket connected");
      await expect(page.getByRole("banner").getByRole("status")).toContainText(/connected|live/i);

      // Step 3, with nothing sent yet.
      const card = (label: string) => page.getByRole("region", { name: label, exact: true });
      await expect(card("Total Requests")).toHaveText("0");
      await expect(card("Error Rate")).toHaveText("0.00%");

      const failure = {
        status: "error" as const,
        status_code: 401,
        error_type: "authentication_error",
        error_message: "The key was revoked",
      };
      await server.post("/ingest/requests", [
        ...Array.from({ length: 1200 }, () => event({ latency_ms: 250 })),
        event({ ...failure, model: "claude-sonnet-4-5", latency_ms: 250 }),
      ]);
      await expect(card("Total Requests")).toHaveText("1,201");
      await expect(card("Avg Latency")).toHaveText("250ms");
      await expect(card("Error Rate")).toHaveText("0.08%");
      await expect(card("RPS")).not.toHaveText("0.0");
      const row = page.locator(".bg-gray-900.rounded", { hasText: "gpt-4o-mini" });
      await expect(row).toContainText("1200");
      await expect(row).toContainText("250ms");
      await expect(row).toContainText("144,000");
      await expect(row).toContainText(/\$\d+\.\d\d/);
      await expect(page.getByRole("heading", { name: /^Recent Requests \(\d+\)$/ })).toBeVisible();
      await expect(page.getByRole("row")).toHaveCount(10);

      // Step 4 logs each payload with the guide's own words.
      expect(said.some((text) => text.startsWith("Received metrics:"))).toBe(true);

      // Step 5, mounted after the data came; and a model that nobody called.
      await page.getByRole("button", { name: "Mount" }).click();
      await expect(page.getByRole("region", { name: "model" })).toContainText("Requests: 1200");
      await expect(page.getByRole("region", { name: "model" })).toContainText("Latency: 250ms");
      await expect(page.getByRole("region", { name: "unseen" })).toHaveText(
        "No data for nobody-called-me",
      );

      // Step 6: one alert for one critical error, then cleared.
      const errors = page.getByRole("region", { name: "errors" });
      await expect(errors.getByRole("heading")).toHaveText("Errors (1)");
      await expect(errors).toContainText("authentication_error");
      expect(dialogs).toEqual(["Critical error: The key was revoked"]);
      await errors.getByRole("button", { name: "Clear" }).click();
      await expect(errors.getByRole("heading")).toHaveText("Errors (0)");
      await expect(errors).not.toContainText("authentication_error");

      // Step 7.
      const system = page.getByRole("region", { name: "system" });
      await expect(system).toContainText(/System (Healthy|Unhealthy)/);
      await expect(system).toContainText(/CPU: \d+\.\d%/);
      await expect(system).toContainText(/Memory: \d+\.\d%/);

      // The callbacks of Step 1 when the server goes and comes back.
      await server.kill();
      await expect.poll(() => said.join("\n")).toContain("WebSocket disconnected:");
      await expect(page.getByText("Connecting to real-time updates...")).toBeVisible();
      await expect.poll(() => said.join("\n")).toContain("Reconnecting... attempt 1");
      await server.again();
      await expect(card("Total Requests")).toHaveText("1,201", { timeout: 30_000 });
    } finally {
      await server.close();
    }
  });

  test("the testing app speaks on the console", async ({ site }) => {
    const server = await startServer({
      args: ["--allowed-origins", `${site.origin},http://localhost:8000`],
    });
    // The block names port 8000, which may be taken here: the browser is told where that is.
    const { launchOptions = {} } = test.info().project.use;
    const browser = await chromium.launch({
      ...launchOptions,
      args: [
        ...(launchOptions.args ?? []),
        `--host-resolver-rules=MAP localhost:8000 127.0.0.1:${server.port}`,
      ],
    });
    try {
      site.serve({ directory: await app.build() });
      const page = await browser.newPage();
      const said: string[] = [];
      page.on("console", (message) => said.push(message.text()));
      await page.goto(`${site.origin}/#test`);
      await expect(page.getByText("Check console for connection logs")).toBeVisible();
      await expect.poll(() => said).toContain("✓ Connected");
      // `debug: true` shows raw messages.
      await expect.poll(() => said.join("\n"), { timeout: 10_000 }).toContain("metrics_update");
      await server.kill();
      await expect.poll(() => said.join("\n")).toContain("✗ Disconnected:");
      await expect.poll(() => said.join("\n")).toContain("⟳ Reconnecting (attempt 1)");
    } finally {
      await browser.close();
      await server.close();
    }
  });
});
