import path from "node:path";
import { ensureInstalled, isInstalled } from "../scripts/install.mjs";
import { event } from "./event.ts";
import { expect, test } from "./fixtures.ts";
import { freePort } from "./free-port.ts";
import { npmScript } from "./npm-script.ts";
import { start } from "./process.ts";
import { startServer } from "./server.ts";

const folder = path.resolve("examples/next");

test("[E7] the Next.js example is rendered on the server and goes live without a mismatch", async ({
  page,
}, info) => {
  // Next.js is no part of the repository's own install: some 100 MB may have to be fetched first.
  test.setTimeout(900_000);
  if (!isInstalled(folder)) {
    info.annotations.push({ type: "note", description: "ran npm ci in examples/next" });
    if (!(await ensureInstalled(folder))) throw new Error("npm ci in examples/next failed");
  }
  await npmScript("build", folder);
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const server = await startServer({ args: ["--allowed-origins", origin] });
  const next = path.join(folder, "node_modules/next/dist/bin/next");
  const site = await start(
    [process.execPath, next, "start", "--port", String(port), "--hostname", "127.0.0.1"],
    /Ready in/,
    {
      cwd: folder,
      env: {
        NODE_ENV: "production",
        TELLTALE_URL: `ws://127.0.0.1:${server.port}/metrics/stream`,
      },
    },
  );
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (/error|warning/.test(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  const hosts = new Set<string>();
  page.on("request", (request) => hosts.add(new URL(request.url()).origin));
  try {
    const rendered = await (await fetch(origin)).text();
    expect(rendered).toContain("Waiting for the first figures…");
    expect(rendered).toMatch(/class="telltale-status"[^>]*data-state="DISCONNECTED"/);

    await page.goto(origin);
    await expect(page.getByRole("status")).toHaveText("Connected");
    await server.post("/ingest/requests", [event({ latency_ms: 300 }), event({ latency_ms: 500 })]);
    await expect(page.getByRole("definition").first()).toHaveText("2");
    await expect(page.getByRole("definition").last()).toHaveText("400 ms");
    await expect(page.getByRole("listitem")).toHaveText("gpt-4o-mini: 2 requests");
    expect(complaints).toEqual([]);
    expect([...hosts]).toEqual([origin]);
  } finally {
    await page.close();
    await site.stop();
    await server.close();
  }
});
