import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { buildApp } from "./build-app.ts";
import { event } from "./event.ts";
import { expect, test } from "./fixtures.ts";
import { startServer } from "./server.ts";

test("the example without a framework shows figures and requests, and says when they stop", async ({
  page,
  site,
}) => {
  test.setTimeout(120_000);
  const server = await startServer({ args: ["--allowed-origins", site.origin] });
  const directory = await mkdtemp(path.join(os.tmpdir(), "telltale-vanilla-"));
  try {
    await buildApp("examples/vanilla", directory, {
      VITE_TELLTALE_URL: `ws://127.0.0.1:${server.port}/metrics/stream`,
    });
    site.serve({ directory });
    await page.goto(site.origin);
    const state = page.locator("#state");
    await expect(state).toHaveText("Live");
    await server.post("/ingest/requests", [
      event({ created: Date.now() - 2000, model: "first" }),
      event({ created: Date.now() - 1000, model: "second", latency_ms: 250 }),
    ]);
    await expect(page.getByLabel("Requests", { exact: true })).toHaveText("2");
    await expect(page.getByRole("listitem")).toHaveText([
      "second: success, 250 ms",
      "first: success, 400 ms",
    ]);
    await server.kill();
    await expect(state).toHaveText("Reconnecting…");
    await server.again();
    // The next try may be some steps of backoff away.
    await expect(state).toHaveText("Live", { timeout: 40_000 });
    await expect(page.getByLabel("Requests", { exact: true })).toHaveText("2");
  } finally {
    await server.close();
    await rm(directory, { recursive: true, force: true });
  }
});
