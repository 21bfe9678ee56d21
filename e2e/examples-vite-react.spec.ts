import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { buildApp } from "./build-app.ts";
import { event } from "./event.ts";
import { expect, test } from "./fixtures.ts";
import { startServer } from "./server.ts";

test("the Vite example waits, shows figures, models, errors and the machine, and comes back", async ({
  page,
  site,
}) => {
  test.setTimeout(120_000);
  const server = await startServer({ args: ["--allowed-origins", site.origin] });
  const directory = await mkdtemp(path.join(os.tmpdir(), "telltale-vite-react-"));
  try {
    await buildApp("examples/vite-react", directory, {
      VITE_TELLTALE_URL: `ws://127.0.0.1:${server.port}/metrics/stream`,
    });
    site.serve({ directory });
    await server.kill();
    await page.goto(site.origin);
    const panel = (name: string) => page.getByRole("region", { name, exact: true });
    await expect(panel("Now")).toHaveText("NowWaiting for the first figures…");
    await expect(page.getByRole("status")).not.toHaveText("Connected");

    await server.again();
    // The next try may be some steps of backoff away.
    await expect(page.getByRole("status")).toHaveText("Connected", { timeout: 40_000 });
    await server.post("/ingest/requests", [
      event({ model: "gpt-4o", latency_ms: 300 }),
      event({ model: "gpt-4o", latency_ms: 500 }),
      event({ model: "claude-sonnet-4-5", latency_ms: 400 }),
      event({ status: "error", latency_ms: 400, error_message: "The engine fell over" }),
    ]);
    const figure = (label: string) =>
      panel("Now")
        .locator("div", { has: page.getByText(label, { exact: true }) })
        .getByRole("definition");
    await expect(figure("Requests")).toHaveText("4");
    await expect(figure("Average latency")).toHaveText("400 ms");
    await expect(figure("Errors")).toHaveText("25.0%");
    const row = panel("Models").getByRole("row", { name: "gpt-4o 2" });
    await expect(row.getByRole("cell")).toHaveText(["2", "240", "400 ms", "0.0%", /^\$0\.0/]);
    await expect(panel("Errors").getByRole("listitem")).toContainText("The engine fell over");
    await expect(panel("Machine").getByRole("listitem").first()).toHaveText(/^CPU \d+%$/);
  } finally {
    await server.close();
    await rm(directory, { recursive: true, force: true });
  }
});
