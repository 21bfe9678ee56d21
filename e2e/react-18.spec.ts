import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { ensureInstalled, isInstalled } from "../scripts/install.mjs";
import { buildApp } from "./build-app.ts";
import { event } from "./event.ts";
import { expect, test } from "./fixtures.ts";
import { startServer } from "./server.ts";

const run = promisify(execFile);
const folder = path.resolve("e2e/react-18");

/** Takes away what Node has of a browser, runs the script, and tells what it reports and leaves. */
const start = `
  for (const name of ["navigator", "localStorage", "BroadcastChannel"]) delete globalThis[name];
  const { report } = await import(process.argv[1]);
  const timers = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
  // React's own message channels would keep the process.
  process.stdout.write(JSON.stringify({ ...report, timers }), () => process.exit());
`;
let directory: string;

// One after the other: two at once would install into the same folder.
test.describe.configure({ mode: "default" });

test.beforeAll(async () => {
  // React 18 is no part of the repository's own install, and may have to be fetched first.
  test.setTimeout(300_000);
  if (!isInstalled(folder)) {
    test.info().annotations.push({ type: "note", description: "ran npm ci in e2e/react-18" });
    if (!(await ensureInstalled(folder))) throw new Error("npm ci in e2e/react-18 failed");
  }
  directory = await mkdtemp(path.join(os.tmpdir(), "telltale-react-18-"));
});

test.afterAll(() => rm(directory, { recursive: true, force: true }));

test("[C17] provider, hooks and components run on React 18.2, StrictMode included", async ({
  page,
  site,
}) => {
  const outDir = path.join(directory, "page");
  await buildApp(folder, outDir);
  site.serve({ directory: outDir });
  const server = await startServer({ args: ["--allowed-origins", site.origin] });
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (/error|warning/.test(message.type())) complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  const sockets: string[] = [];
  page.on("websocket", (socket) => sockets.push(socket.url()));
  const stream = `ws://127.0.0.1:${server.port}/metrics/stream`;
  const figure = (label: string) =>
    page.locator(`dt:text-is("${label}") + dd`).and(page.locator("[aria-label=Figures] dd"));
  try {
    await page.goto(`${site.origin}/?stream=${encodeURIComponent(stream)}`);
    await expect(figure("React")).toHaveText("18.2.0");
    await expect(figure("Connected")).toHaveText("true");
    await expect(page.getByRole("status").first()).toHaveText(/^Connected/);
    const error = {
      status: "error" as const,
      status_code: 500,
      error_type: "e",
      error_message: "m",
    };
    await server.post("/ingest/requests", [event(), event({ model: "b" }), event(error)]);
    await expect(figure("Requests")).toHaveText("3");
    await expect(figure("Listed")).toHaveText("3");
    await expect(figure("Errors")).toHaveText("1");
    await expect(figure("Models")).toHaveText("2");
    await expect(figure("Updates")).toHaveText("3");
    await page.getByRole("button", { name: /Inspector/ }).click();
    await expect(page.getByRole("list", { name: "Frames, newest first" })).toContainText(
      "request_update",
    );
    expect(sockets).toEqual([stream]);
    expect(complaints).toEqual([]);
  } finally {
    await page.close();
    await server.close();
  }
});

test("[C17] the types are those of React 18.2 too", async () => {
  const tsc = path.resolve("node_modules/typescript/bin/tsc");
  const { stdout } = await run(process.execPath, [tsc, "-p", folder]).catch((failure) => failure);
  expect(stdout).toBe("");
});

test("[C18] without a DOM, as in React Native, a provider connects and its hooks follow", async () => {
  const outDir = path.join(directory, "native");
  const vite = path.resolve("node_modules/vite/bin/vite.js");
  const entry = ["--ssr", "src/native.tsx", "--outDir", outDir, "--logLevel", "warn"];
  await run(process.execPath, [vite, "build", ...entry], { cwd: folder });
  const native = path.join(outDir, "native.js");
  const { stdout } = await run(process.execPath, ["--input-type=module", "-e", start, native]);
  expect(JSON.parse(stdout)).toEqual({
    found: [],
    seen: ["CONNECTING – –", "CONNECTED – –", "CONNECTED 41 queued"],
    addresses: ["wss://s.example/metrics/stream"],
    sent: [],
    timers: 0,
  });
});
