import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import type { Page } from "@playwright/test";
import { event } from "../event.ts";
import { ensureFastApi, noFastApi, python } from "../fastapi.ts";
import { expect, test } from "../fixtures.ts";
import { start } from "../process.ts";
import { startServer } from "../server.ts";
import type { Site } from "../site.ts";
import { assemble, type GuideApp } from "./app.ts";
import { filesOf } from "./blocks.ts";

const run = promisify(execFile);
const { files, others } = filesOf(readFileSync("docs/guide.md", "utf8"));

test.describe("the code of docs/guide.md, as it stands", () => {
  let app: GuideApp;

  test.beforeEach(async ({ browserName: _ }, info) => {
    app = await assemble(`own-guide-${info.workerIndex}-${info.testId}`, {
      copied: {
        "app/index.html": "index.html",
        "own-app/tsconfig.check.json": "tsconfig.check.json",
        "own-app/src": "src",
        "own-app/test": "test",
        "own-app/react-native": "node_modules/react-native",
      },
      written: files,
      tsconfig: "tsconfig.check.json",
    });
  });

  test.afterEach(() => app.remove());

  const build = (url: string): Promise<string> => app.build({ VITE_TELLTALE_URL: url });
  const part = (page: Page, name: string) => page.getByLabel(name, { exact: true });

  test("[U1] type-checks strictly, and the test it shows passes", async () => {
    expect(await app.typeCheck()).toBe("");
    const vitest = path.resolve("node_modules/vitest/vitest.mjs");
    const options = ["run", "--root", app.directory, "--environment", "happy-dom"];
    const { stdout } = await run(process.execPath, [vitest, ...options, "--reporter=verbose"], {
      env: { ...process.env, NODE_ENV: "test", NO_COLOR: "1" },
    });
    expect(stdout).toContain("shows what the server says");
    expect(stdout).toContain("is rendered disconnected and empty");
  });

  test("[U1] names only commands that there are", async () => {
    const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
    const lines = others.flatMap((text) => text.trim().split("\n"));
    expect(lines).toHaveLength(3);
    for (const line of lines) {
      const [, name = "", more = ""] = /^npm (?:run )?(\w+)(.*)$/.exec(line) ?? [];
      expect([...Object.keys(scripts), "pack"], line).toContain(name);
      for (const [, folder = ""] of more.matchAll(/-w (\S+)/g)) {
        expect(JSON.parse(readFileSync(`${folder}/package.json`, "utf8")).private).toBeUndefined();
      }
    }
    const flags = lines.at(-1)?.split(" -- ")[1]?.split(" ") ?? [];
    const cli = path.resolve("packages/telltale/dist/cli/main.js");
    await run(process.execPath, [cli, "serve", ...flags, "--print-config"]);
  });

  test("[U1] shows live values from our server", async ({ page, site, context }) => {
    const server = await startServer({ args: ["--allowed-origins", site.origin] });
    const said: string[] = [];
    page.on("console", (message) => said.push(message.text()));
    try {
      site.serve({ directory: await build(`ws://127.0.0.1:${server.port}/metrics/stream`) });
      await page.goto(site.origin);
      await expect(page.getByRole("banner").getByRole("status")).toHaveText("Connected");
      await expect.poll(() => said).toContain("live");
      await expect(page.getByText("Nobody has called gpt-4o-mini yet")).toBeVisible();

      const failure = {
        status: "error" as const,
        status_code: 401,
        error_type: "authentication_error",
        error_message: "The key was revoked",
      };
      await server.post("/ingest/requests", [
        event({ id: "fast", latency_ms: 250 }),
        event({ id: "slow", latency_ms: 2_750 }),
        event({ id: "failed", latency_ms: 300, ...failure }),
        event({ id: "other", model: "claude-sonnet-4-5", latency_ms: 700 }),
      ]);
      await expect(part(page, "figures").getByRole("definition")).toHaveText([
        "4",
        /^\d+\.\d$/,
        /^1000 ms, \d{4} ms$/,
        "25.00%",
      ]);
      await expect(part(page, "models").getByRole("row")).toHaveText([
        /gpt-4o-mini3 requests[\d,]+ tokens\$\d\.\d{4}/,
        /claude-sonnet-4-51 requests[\d,]+ tokens\$\d\.\d{4}/,
        /All\$\d\.\d{4}/,
      ]);
      await expect(part(page, "gpt-4o-mini")).toHaveText(
        "gpt-4o-mini: 3 requests, 1100 ms, 33.3% failed",
      );
      const requests = part(page, "requests").getByRole("listitem");
      await expect(requests).toHaveCount(4);
      await expect(requests.filter({ hasText: "2750 ms" })).toContainText("gpt-4o-mini success");
      await expect(part(page, "slow")).toHaveText("1 slow requests");
      const errors = part(page, "errors");
      await expect(errors.getByRole("heading")).toHaveText("1 errors");
      await expect(errors.getByRole("listitem")).toHaveText(
        "authentication_error: The key was revoked",
      );
      expect(said).toContain("critical: The key was revoked");
      await errors.getByRole("button", { name: "Seen" }).click();
      await expect(errors.getByRole("listitem")).toHaveCount(0);
      await expect(part(page, "machine")).toContainText(/CPU \d+%, memory \d+%/);
      await expect(part(page, "history")).toContainText("gpt-4o-mini: 3 in the last hour", {
        timeout: 15_000,
      });
      await expect(part(page, "queue")).toContainText(/At most \d+\.\d requests\/s/);
      await page.getByRole("button", { name: "Forget them" }).click();
      await expect(requests).toHaveCount(0);

      await page.goto(`${site.origin}/?inspect`);
      await expect(page.getByRole("region", { name: "Telltale inspector" })).toBeVisible();

      // The parts that are apps of their own; the last of them in two tabs at once.
      await page.goto(`${site.origin}/?next#next`);
      await expect(part(page, "total")).toHaveText("4");
      await page.goto(`${site.origin}/?native#native`);
      await expect(page.getByText("4 requests")).toBeVisible();
      await expect(page.getByText("CONNECTED", { exact: true })).toBeVisible();
      await page.goto(`${site.origin}/?secured#secured`);
      await expect(part(page, "failures")).toHaveText("failed");
      const second = await context.newPage();
      await second.goto(`${site.origin}/?secured#secured`);
      await expect(part(second, "failures")).toHaveText("failed");
    } finally {
      await context.close();
      await server.close();
    }
  });

  /** The page and the program without React, fed by one of the guide's own backends. */
  async function feeds(page: Page, site: Site, url: string, told: RegExp): Promise<void> {
    const stream = `${url.replace(/^http/, "ws")}/metrics/stream`;
    const watch = await start([process.execPath, path.join(app.directory, "watch.mjs")], /^live$/, {
      env: { TELLTALE_URL: stream, FORCE_COLOR: "0" },
    });
    try {
      site.serve({ directory: await build(stream) });
      await page.goto(site.origin);
      const total = part(page, "figures").getByRole("definition").first();
      await expect(total).toHaveText("0");
      expect((await fetch(`${url}/chat`, { method: "POST" })).status).toBe(200);
      await expect(total).toHaveText("1");
      await expect(part(page, "history")).toContainText("No history:");
    } finally {
      expect(await watch.stop()).toBe(0);
    }
    expect(watch.output()).toMatch(told);
  }

  test("[U1] its Express backend feeds the page and the program without React", async ({
    page,
    site,
  }) => {
    const backend = await start(
      [process.execPath, path.join(app.directory, "backend.mjs")],
      /(http:\/\/127\.0\.0\.1:\d+)/,
      { env: { PORT: "0" } },
    );
    try {
      await feeds(page, site, backend.ready[1] ?? "", /^gpt-4o-mini success 120$/m);
      await expect(part(page, "queue")).toContainText("queue drained to 0");
      await expect(part(page, "requests")).toContainText("gpt-4o-mini success, 120 tokens, 250 ms");
    } finally {
      await page.close();
      await backend.stop();
    }
  });

  test("[U1] its Python backend feeds the page and the program without React", async ({
    page,
    site,
  }, info) => {
    info.skip(!(await ensureFastApi()), noFastApi);
    const backend = await start(
      [python, "-m", "uvicorn", "backend:app", "--host", "127.0.0.1", "--port", "0"],
      /Uvicorn running on (http:\/\/127\.0\.0\.1:\d+)/,
      { cwd: app.directory, env: { PYTHONDONTWRITEBYTECODE: "1" } },
    );
    try {
      await feeds(page, site, backend.ready[1] ?? "", /^live$/m);
    } finally {
      await page.close();
      await backend.stop("SIGKILL");
    }
  });
});
