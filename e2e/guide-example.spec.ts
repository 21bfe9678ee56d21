import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import type { Page } from "@playwright/test";
import { buildApp } from "./build-app.ts";
import { event } from "./event.ts";
import { expect, test } from "./fixtures.ts";
import { type Server, startServer } from "./server.ts";

function figure(page: Page, label: string) {
  return page.locator("dl", { hasText: label }).first().getByRole("definition");
}

test.describe("the guide's steps as an app on its own origin", () => {
  let server: Server;
  let directory: string;

  test.beforeEach(async ({ page, site }) => {
    server = await startServer({ args: ["--allowed-origins", site.origin] });
    directory = await mkdtemp(path.join(os.tmpdir(), "telltale-guide-"));
    await buildApp("examples/guide", directory, {
      REACT_APP_WS_URL: `ws://127.0.0.1:${server.port}/metrics/stream`,
    });
    site.serve({ directory });
    await page.goto(site.origin);
  });

  test.afterEach(async () => {
    await server.close();
    await rm(directory, { recursive: true, force: true });
  });

  test("[E5] shows what was sent, on its cards, per model and request by request", async ({
    page,
  }) => {
    await expect(figure(page, "Total Requests")).toHaveText("0");
    await server.post("/ingest/requests", [
      event({ latency_ms: 300 }),
      event({ latency_ms: 500 }),
      event({ model: "claude-sonnet-4-5", latency_ms: 400 }),
      event({
        status: "error",
        latency_ms: 400,
        status_code: 500,
        error_type: "server_error",
        error_message: "The engine fell over",
        prompt_tokens: 0,
        completion_tokens: 0,
      }),
    ]);
    await expect(figure(page, "Total Requests")).toHaveText("4");
    await expect(figure(page, "Avg Latency")).toHaveText("400ms");
    await expect(figure(page, "Error Rate")).toHaveText("25.00%");
    const model = page.getByRole("region", { name: "claude-sonnet-4-5" });
    await expect(model.locator("div", { hasText: "Requests" }).last()).toContainText("1");
    await expect(model.locator("div", { hasText: "Tokens" }).last()).toContainText("120");
    await expect(page.getByRole("heading", { name: "Recent requests (4)" })).toBeVisible();
    await expect(page.getByRole("row")).toHaveCount(5);
  });

  test("monitors a model that was seen before, the machine, and errors", async ({ page }) => {
    await server.post("/ingest/requests", event());
    await expect(figure(page, "Total Requests")).toHaveText("1");
    await page.getByRole("link", { name: "Monitoring" }).click();
    await expect(page.getByRole("region", { name: "gpt-4o-mini" })).toContainText("Requests: 1");
    await expect(page.getByRole("region", { name: "System" })).toContainText(/CPU: \d+\.\d%/);
    const errors = page.getByRole("region", { name: "Errors" });
    await expect(errors.getByRole("heading")).toHaveText("Errors (0)");
    await server.post(
      "/ingest/requests",
      event({
        status: "error",
        status_code: 401,
        error_type: "authentication_error",
        error_message: "The key was revoked",
      }),
    );
    await expect(errors.getByRole("heading")).toHaveText("Errors (1)");
    await expect(errors.getByRole("alert")).toHaveText("Critical: The key was revoked");
    await expect(errors.getByRole("listitem")).toContainText("authentication_error");
    await errors.getByRole("button", { name: "Clear" }).click();
    await expect(errors.getByRole("heading")).toHaveText("Errors (0)");
  });
});
