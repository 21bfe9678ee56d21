import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { afterAll, beforeAll, expect, test } from "vitest";
import { configSchema } from "../src/config.ts";
import { type Server, startServer } from "../src/server.ts";

let folder: string;
let server: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "telltale-prices-api-"));
  const pricesFile = join(folder, "prices.json");
  const own = { model: "house", input: 1, output: 2, above: [{ tokens: 1000, input: 3 }] };
  await writeFile(pricesFile, JSON.stringify({ prices: [own] }));
  const config = configSchema.parse({ port: 0, dataDir: folder, pricesFile });
  server = await startServer({ config, logger: pino({ level: "silent" }) });
});

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

test("[P12] models without a price are listed with their tokens and the line to add", async () => {
  const tokens = { prompt_tokens: 100, completion_tokens: 10 };
  const events = [
    { id: "1", model: "house", ...tokens },
    { id: "2", model: "gpt-4o", provider: "openai", ...tokens },
    { id: "3", model: "mystery-7b", provider: "vllm", ...tokens },
    { id: "4", model: "mystery-7b", provider: "vllm", ...tokens },
    { id: "5", model: "mystery-7b", provider: "vllm" },
    { id: "6", model: "paid", cost: 1, ...tokens },
  ];
  await fetch(`${server.url}/ingest/requests`, { method: "POST", body: JSON.stringify(events) });
  const get = async (path: string) => (await fetch(server.url + path)).json();
  expect(await get("/api/v1/prices/unknown")).toEqual({
    models: [
      {
        model: "mystery-7b",
        provider: "vllm",
        requests: 2,
        prompt_tokens: 200,
        completion_tokens: 20,
        add: { model: "mystery-7b", provider: "vllm", input: 0, output: 0 },
      },
    ],
    prices_file: join(folder, "prices.json"),
    how: expect.stringMatching(/^Add a line like these .*prices\.json/),
  });
  const { prices } = (await get("/api/v1/prices")) as { prices: { model: string }[] };
  expect(prices.sort((a, b) => a.model.localeCompare(b.model))).toMatchObject([
    {
      model: "gpt-4o",
      source: "list",
      listed_as: "openai/gpt-4o",
      input: 2.5,
      output: 10,
      cache_read: 1.25,
    },
    { model: "house", source: "file", input: 1, output: 2, above: [{ tokens: 1000, input: 3 }] },
    { model: "mystery-7b", source: "unknown", listed_as: null },
    { model: "paid", source: "unknown" },
  ]);
  const { metrics } = (await get("/api/v1/snapshot")) as { metrics: { total_cost: number } };
  const expected = (100 * 1 + 10 * 2 + 100 * 2.5 + 10 * 10) / 1e6 + 1;
  expect(Math.abs(metrics.total_cost - expected)).toBeLessThan(1e-9);
});

test("[P12] a server with a faulty price file does not start, and says why", async () => {
  const pricesFile = join(folder, "broken.json");
  await writeFile(pricesFile, '{"prices": [{"model": "m", "output": "two"}]}');
  const config = configSchema.parse({ port: 0, dataDir: join(folder, "other"), pricesFile });
  const starting = startServer({ config, logger: pino({ level: "silent" }) });
  await expect(starting).rejects.toThrow(/broken\.json is not a price file:\nprices\[0\]\.output/);
});
