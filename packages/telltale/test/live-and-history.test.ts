import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { MetricsUpdate, ModelUpdate } from "@telltale/protocol";
import { seededRandom } from "@telltale/testkit/seeded-random";
import { pino } from "pino";
import { expect, test } from "vitest";
import { configSchema } from "../src/config.ts";
import { startServer } from "../src/server.ts";

interface Comparison {
  readonly metric: string;
  readonly value: number | null;
}

const sums = {
  total_requests: "requests",
  total_errors: "errors",
  total_tokens: "tokens",
} as const;
const money = { total_cost: "cost" } as const;
const shares = ["error_rate", "avg_latency_ms", "inter_token_latency_ms"] as const;
const percentiles = ["latency_ms", "ttft_ms"].flatMap((name) =>
  ["p50", "p95", "p99"].map((share) => `${share}_${name}` as const),
);

test("[X9] history says of the last minutes what the stream says, whatever a request leaves out", async () => {
  const folder = await mkdtemp(join(tmpdir(), "telltale-live-"));
  const server = await startServer({
    config: configSchema.parse({ port: 0, dataDir: folder, tickMs: 100 }),
    logger: pino({ level: "silent" }),
  });
  const random = seededRandom(11);
  const now = Date.now();
  const models = ["gpt-4o", "gpt-4o-mini", "unpriced"];
  const events = Array.from({ length: 900 }, (_, i) => {
    const latency = random() < 0.05 ? null : Math.round(50 * Math.exp(3 * random()));
    return {
      id: `r${i}`,
      model: models[i % 3],
      created: now - 60_000 + Math.floor(random() * 50_000) - (latency ?? 0),
      ...(latency !== null && { latency_ms: latency }),
      ...(latency !== null && random() < 0.6 && { ttft_ms: Math.round(latency * random()) }),
      ...(random() < 0.1 && { status: "error", error_type: "x", error_message: "y" }),
      ...(random() < 0.9 && { prompt_tokens: 100 + (i % 50), completion_tokens: i % 9 }),
    };
  });
  const sent = await fetch(`${server.url}/ingest/requests`, {
    method: "POST",
    body: JSON.stringify(events),
  });
  expect(await sent.json()).toMatchObject({ accepted: 900, rejected: [] });
  const get = async <T>(path: string): Promise<T> =>
    (await (await fetch(`${server.url}/api/v1/${path}`)).json()) as T;
  const stored = async (q: string): Promise<ReadonlyMap<string, number | null>> => {
    const metric = [...Object.values(sums), ...Object.values(money), ...shares, ...percentiles];
    const asked = new URLSearchParams({
      metric: metric.join(","),
      from: String(now - 240_000),
      to: String(now + 60_000),
      q,
    });
    const { comparisons } = await get<{ comparisons: Comparison[] }>(`compare?${asked}`);
    return new Map(comparisons.map(({ metric: name, value }) => [name, value]));
  };
  const expectSame = (
    live: Readonly<Record<string, unknown>>,
    history: ReadonlyMap<string, number | null>,
    names: readonly string[],
    within: number,
  ): void => {
    for (const name of names) {
      const [told, known] = [Number(live[name]), Number(history.get(name))];
      expect(Math.abs(told - known), `${name}: ${told}, ${known}`).toBeLessThanOrEqual(
        within * known + 1e-9,
      );
    }
  };
  const { metrics, models: updates } = await get<{
    metrics: MetricsUpdate;
    models: readonly ModelUpdate[];
  }>("snapshot");
  const all = await stored("");
  for (const [live, name] of Object.entries({ ...sums, ...money })) {
    expect(Number(Reflect.get(metrics, live)), live).toBeCloseTo(Number(all.get(name)), 9);
  }
  expectSame({ ...metrics }, all, shares, 1e-9);
  // The stream's come from buckets a hundredth wide.
  expectSame({ ...metrics }, all, percentiles, 0.011);
  expect(updates.map(({ model }) => model).sort()).toEqual([...models].sort());
  for (const update of updates) {
    const of = await stored(`model:${update.model}`);
    expectSame({ ...update }, of, shares, 1e-9);
    expectSame({ ...update }, of, percentiles, 0.011);
  }
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}, 60_000);
