import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { ensureFastApi, noFastApi, python } from "../fastapi.ts";
import { expect, test } from "../fixtures.ts";
import { type Program, start } from "../process.ts";
import { guideApp } from "./app.ts";
import { absent, blocksOf, guide } from "./blocks.ts";
import { openTap } from "./wire-tap.ts";

/** The functions that the guide's block calls and does not define; each call counts one tick. */
const supplied = `
ticks = 0

def get_total_requests():
    global ticks
    ticks += 1
    return ticks

def get_total_tokens(): return 1500
def get_total_cost(): return 0.25
def get_avg_latency(): return 321.4
def get_error_rate(): return 0.015
def get_streaming_percentage(): return 50.0
def get_rps(): return 2.5
def get_tps(): return 40.0
def get_active_connections(): return 1
`;

test("[C1] the guide's FastAPI backend keeps our client, and never hears a byte of it", async ({
  page,
  site,
}, info) => {
  info.skip(guide === null, absent);
  info.skip(!(await ensureFastApi()), noFastApi);
  test.setTimeout(120_000);
  const directory = await mkdtemp(path.join(os.tmpdir(), "telltale-fastapi-"));
  const block = blocksOf(guide ?? "", "python").get("Backend Server Setup") ?? "";
  await writeFile(path.join(directory, "backend.py"), `${block}${supplied}`);
  const serve = (port: number): Promise<Program> =>
    start(
      [python, "-m", "uvicorn", "backend:app", "--host", "127.0.0.1", "--port", String(port)],
      /Uvicorn running on http:\/\/127\.0\.0\.1:(\d+)/,
      { cwd: directory },
    );
  let backend = await serve(0);
  const port = Number(backend.ready[1]);
  const tap = await openTap(port);
  const app = await guideApp(guide ?? "", "guide-fastapi");
  try {
    site.serve({
      directory: await app.build({
        REACT_APP_WS_URL: `ws://127.0.0.1:${tap.port}/metrics/stream`,
      }),
    });
    await page.goto(site.origin);
    const card = (label: string) => page.getByRole("region", { name: label, exact: true });
    const ticks = async (): Promise<number> =>
      Number((await card("Total Requests").textContent()) ?? 0);

    // One message a second: a dozen of them on one connection.
    await expect.poll(ticks, { timeout: 30_000 }).toBeGreaterThanOrEqual(12);
    await expect(card("Avg Latency")).toHaveText("321ms");
    await expect(card("Error Rate")).toHaveText("1.50%");
    await expect(card("RPS")).toHaveText("2.5");
    expect(tap.connections()).toBe(1);
    expect(tap.bytesFromClient()).toBe(0);

    await backend.stop("SIGKILL");
    await expect(page.getByText("Connecting to real-time updates...")).toBeVisible();
    backend = await serve(port);
    await expect(card("Total Requests")).toBeVisible({ timeout: 30_000 });
    await expect.poll(ticks, { timeout: 30_000 }).toBeGreaterThanOrEqual(3);
    expect(tap.bytesFromClient()).toBe(0);
  } finally {
    await page.close();
    await backend.stop("SIGKILL");
    await tap.close();
    await app.remove();
    await rm(directory, { recursive: true, force: true });
  }
});
