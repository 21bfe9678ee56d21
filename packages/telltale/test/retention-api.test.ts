import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type ConfigInput, configSchema } from "../src/config.ts";
import { type Server, startServer } from "../src/server.ts";

let folder: string;
let server: Server | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "telltale-retention-"));
});
afterEach(async () => {
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(config: ConfigInput): Promise<Server> {
  server = await startServer({
    config: configSchema.parse({ port: 0, dataDir: folder, ...config }),
    logger: pino({ level: "silent" }),
  });
  return server;
}

const retention = async ({ url }: Server): Promise<Record<string, number | null>> =>
  (await fetch(`${url}/api/v1/retention`)).json();

test("[H10] the limits in force are told, and of what is stored how much and since when", async () => {
  const limits = { retentionDays: 7, sumRetentionDays: 400, retentionBytes: 5_000_000_000 };
  const running = await start(limits);
  const before = Date.now();
  const body = JSON.stringify([
    // Made long ago; what counts is when it was stored.
    { id: "1", model: "m", created: before - 90 * 86_400_000, latency_ms: 5 },
    { id: "2", model: "m" },
    { id: "3", model: "m", status: "in_progress" },
  ]);
  await fetch(`${running.url}/ingest/requests`, { method: "POST", body });
  const told = await retention(running);
  expect(told).toEqual({
    request_days: 7,
    sum_days: 400,
    max_bytes: 5_000_000_000,
    history_bytes: expect.any(Number),
    oldest_request: expect.any(Number),
    requests_stored: 2,
  });
  expect(told["history_bytes"]).toBeGreaterThan(0);
  expect(told["oldest_request"]).toBeGreaterThanOrEqual(before);
});

test("[H10] where nothing limits it, and nothing is stored, that is null and not zero", async () => {
  const running = await start({ retentionDays: 0, sumRetentionDays: 0, retentionBytes: 0 });
  expect(await retention(running)).toMatchObject({
    request_days: null,
    sum_days: null,
    max_bytes: null,
    oldest_request: null,
    requests_stored: 0,
  });
});
