import { readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server as HttpServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DownEnvelope, KvCacheUpdate, Snapshot, SystemUpdate } from "@telltale/protocol";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { configSchema } from "../src/config.ts";
import { type Exposition, parseExposition } from "../src/ingest/prometheus/text.ts";
import { type Server, startServer } from "../src/server.ts";
import * as pages from "./engine-pages.ts";

const soon = { timeout: 10_000, interval: 20 };
let folder: string;
let engine: HttpServer;
let base: string;
let up = true;
let asked = 0;
let server: Server;

const start = (): Promise<Server> =>
  startServer({
    config: configSchema.parse({
      port: 0,
      dataDir: join(folder, "data"),
      tickMs: 100,
      scrape: [
        { url: `${base}/vllm`, name: "vllm", intervalMs: 250 },
        { url: `${base}/dcgm`, name: "gpus", intervalMs: 250 },
        { url: `${base}/litellm`, name: "litellm", intervalMs: 250 },
      ],
    }),
    logger: pino({ level: "silent" }),
  });
const get = async <T>(path: string): Promise<T> =>
  (await (await fetch(server.url + path)).json()) as T;
const snapshot = () => get<Snapshot>("/api/v1/snapshot");
const exposed = async (): Promise<Exposition> =>
  parseExposition(await (await fetch(`${server.url}/metrics`)).text());

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "telltale-engines-"));
  engine = createServer((request, response) => {
    asked++;
    if (!up) return void response.destroy();
    const counted = { queries: 1000 + asked * 10, hits: 600 + asked * 5, generated: asked * 20 };
    const ttft = [asked, asked * 2, asked * 2, asked * 2] as const;
    if (request.url === "/vllm")
      response.end(pages.vllm("0", { ...counted, ttft, gaps: asked * 2 }));
    else if (request.url === "/dcgm")
      response.end(pages.dcgm + pages.dcgmSplit.replaceAll("GPU-6f1c", "GPU-other"));
    else response.end(pages.litellm);
  });
  await new Promise<void>((resolve) => engine.listen(0, "127.0.0.1", resolve));
  const address: AddressInfo | string | null = engine.address();
  base = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`;
  server = await start();
  const request = (id: number, more: object) => ({
    id: `r${id}`,
    model: 'odd "model"\n\\',
    provider: "openai",
    prompt_tokens: 100,
    completion_tokens: 20,
    latency_ms: 500 * (id + 1),
    ttft_ms: 100,
    streaming: true,
    cost: 0.01,
    ...more,
  });
  const reports = [
    request(0, {}),
    request(1, {}),
    request(2, { status: "error", error_type: "RateLimitError", error_message: "slow down" }),
  ];
  await fetch(`${server.url}/ingest/requests`, { method: "POST", body: JSON.stringify(reports) });
});
afterAll(async () => {
  await server.stop();
  engine.closeAllConnections();
  engine.close();
  await rm(folder, { recursive: true, force: true });
});

describe("[G8] engines beside requests", () => {
  test("are in the first state of a stream and in what follows, and in GET /api/v1/engines", async () => {
    await vi.waitFor(async () => {
      expect((await snapshot()).kv_cache?.unknown).not.toContain("hit_rate");
    }, soon);
    const ws = new WebSocket(`${server.url.replace("http", "ws")}/metrics/stream`);
    const messages: DownEnvelope[] = [];
    ws.on("message", (data) => {
      const parsed: DownEnvelope | DownEnvelope[] = JSON.parse(String(data));
      messages.push(...(Array.isArray(parsed) ? parsed : [parsed]));
    });
    await vi.waitFor(() => {
      expect(messages.map(({ type }) => type)).toEqual(
        expect.arrayContaining(["init", "system_update", "kv_cache_update", "rate_limit_update"]),
      );
    }, soon);
    ws.close();
    const init = messages.find((message) => message.type === "init")?.data as {
      snapshot: Snapshot;
    };
    const cache: Partial<KvCacheUpdate> = { hit_rate: 0.5, usage: 0.5, engines: 1, evictions: 4 };
    expect(init.snapshot.kv_cache).toMatchObject(cache);
    const system = messages.find((message) => message.type === "system_update")?.data;
    const expected = {
      active_workers: 3,
      queue_size: 2,
      engines: [
        { name: "vllm", kind: "vllm", running: 3, waiting: 2, kv_cache_usage: 0.5 },
        { name: "litellm", gateway: true, running: 6 },
      ],
      gpus: [
        { index: 0, usage: 84 },
        { instance: "3g.40gb 1", usage: 75 },
        { instance: "3g.40gb 2", unknown: ["usage"] },
      ],
      targets: [
        { name: "vllm", up: true },
        { name: "gpus", up: true, kinds: ["dcgm"] },
        { name: "litellm", up: true },
      ],
    };
    expect(system).toMatchObject(expected);
    expect((system as SystemUpdate).gpu_usage).toBeCloseTo((84 + 75) / 2);
    const { history, ...now } = await get<{ history: unknown[] }>("/api/v1/engines");
    expect(now).toMatchObject({ engines: expected.engines, targets: expected.targets });
    expect(history.length).toBeGreaterThan(0);
    expect((await snapshot()).rate_limits).toHaveLength(2);
  });

  test("go away with what told of them, and come back with it", async () => {
    up = false;
    await vi.waitFor(async () => {
      const { system, kv_cache, rate_limits } = await snapshot();
      expect(system).not.toHaveProperty("engines");
      expect(system).not.toHaveProperty("gpus");
      expect(system).toMatchObject({ active_workers: 0, queue_size: 0 });
      expect(system?.targets).toMatchObject([
        { up: false, reason: "it closed the connection in the middle" },
        { up: false },
        { up: false },
      ]);
      expect([kv_cache, rate_limits]).toEqual([null, []]);
    }, soon);
    const { samples } = await exposed();
    expect(samples.filter(({ name }) => /engine|gpu|cache_|rate_limit/.test(name))).toEqual([]);
    up = true;
    await vi.waitFor(async () => expect((await snapshot()).system?.engines).toHaveLength(2), soon);
  });

  test("are not remembered over a restart, which counters of requests are", async () => {
    const requests = ({ samples }: Exposition) =>
      samples.filter(({ name }) => name === "telltale_requests_total").map(({ value }) => value);
    expect(requests(await exposed())).toEqual([3]);
    up = false;
    await server.stop();
    server = await start();
    const { system, kv_cache } = await snapshot();
    expect(system).not.toHaveProperty("engines");
    expect(kv_cache).toBeNull();
    expect(requests(await exposed())).toEqual([3]);
    up = true;
    const again = [{ id: "r9", model: 'odd "model"\n\\', latency_ms: 700, ttft_ms: 90 }];
    const failed = [{ id: "r10", model: "m", status: "error", error_type: "E", latency_ms: 1 }];
    const body = JSON.stringify([...again, ...failed]);
    await fetch(`${server.url}/ingest/requests`, { method: "POST", body });
    await vi.waitFor(async () => {
      const { samples } = await exposed();
      const names = new Set(samples.map(({ name }) => name));
      expect(names).toContain("telltale_engine_time_to_first_token_seconds");
      expect(names).toContain("telltale_prefix_cache_hit_ratio");
      expect(names).toContain("telltale_engine_generated_tokens_per_second");
    }, soon);
  });
});

/** Families as the text has them, with the samples of each. */
function families({ samples, types }: Exposition) {
  return Array.from(types, ([name, type]) => {
    const parts =
      type === "histogram" ? [`${name}_bucket`, `${name}_sum`, `${name}_count`] : [name];
    return { name, type, samples: samples.filter((sample) => parts.includes(sample.name)) };
  });
}

describe("[G9] what Prometheus is told", () => {
  test("is as promtool wants it: names, types, help, labels, buckets", async () => {
    const read = await exposed();
    const found = families(read);
    expect(found.flatMap(({ samples }) => samples)).toHaveLength(read.samples.length);
    for (const { name, type, samples } of found) {
      expect(name).toMatch(/^telltale_[a-z][a-z0-9_]*[a-z]$/);
      expect(read.help.get(name), name).toBeTruthy();
      expect(samples.length, name).toBeGreaterThan(0);
      expect(name.endsWith("_total"), name).toBe(type === "counter");
      expect(name).not.toMatch(/_(?:counter|gauge|histogram|summary|sum|count|bucket)(?:_|$)/);
      expect(name).not.toMatch(
        /_(?:ms|milliseconds|minutes|hours|days|percent|kb|mb|gb|mib|kilobytes|fahrenheit)(?:_|$)/,
      );
      for (const { name: part, labels } of samples) {
        expect(labels.has("le"), name).toBe(part.endsWith("_bucket"));
        expect(labels.has("quantile"), name).toBe(type === "summary");
        for (const label of labels.keys()) expect(label).toMatch(/^[a-z_]+$/);
      }
    }
  });

  test("has histograms that add up, in the bounds that OpenTelemetry advises", async () => {
    const { samples } = await exposed();
    const of = (name: string) =>
      samples.filter((s) => s.name === name && s.labels.get("model")?.startsWith("odd"));
    const buckets = of("telltale_request_duration_seconds_bucket");
    expect(buckets.map(({ labels }) => labels.get("le"))).toEqual(
      ["0.01", "0.02", "0.04", "0.08", "0.16", "0.32", "0.64", "1.28", "2.56"].concat([
        "5.12",
        "10.24",
        "20.48",
        "40.96",
        "81.92",
        "+Inf",
      ]),
    );
    expect(buckets.map(({ value }) => value)).toEqual([0, 0, 0, 0, 0, 0, 0, ...Array(8).fill(1)]);
    expect(of("telltale_request_duration_seconds_count")[0]?.value).toBe(1);
    expect(of("telltale_request_duration_seconds_sum")[0]?.value).toBeCloseTo(0.7);
    expect(of("telltale_time_to_first_token_seconds_bucket")).toHaveLength(17);
  });

  test("survives any name of a model, and stops counting them one by one at 200", async () => {
    const before = (await exposed()).samples.find(({ name }) => name === "telltale_requests_total");
    expect(before?.labels.get("model")).toBe('odd "model"\n\\');
    const many = Array.from({ length: 300 }, (_, i) => ({
      id: `many${i}`,
      model: `m${i}`,
      latency_ms: 10,
      ...(i < 80 ? { status: "error", error_type: `E${i}` } : {}),
    }));
    await fetch(`${server.url}/ingest/requests`, { method: "POST", body: JSON.stringify(many) });
    const { samples } = await exposed();
    const of = (name: string) => samples.filter((sample) => sample.name === name);
    expect(of("telltale_requests_total")).toHaveLength(201);
    expect(of("telltale_requests_total").reduce((sum, { value }) => sum + value, 0)).toBe(305);
    expect(of("telltale_requests_total").at(-1)?.labels.get("model")).toBe("other");
    expect(of("telltale_request_duration_seconds_count").length).toBeLessThanOrEqual(201);
    expect(of("telltale_errors_by_type_total").length).toBeLessThanOrEqual(51);
    expect(of("telltale_errors_by_type_total").reduce((sum, { value }) => sum + value, 0)).toBe(81);
  });

  test("is in docs/engines.md, each metric with its type, and no other", async () => {
    const doc = readFileSync(new URL("../../../docs/engines.md", import.meta.url), "utf8");
    const rows = [...doc.matchAll(/^\| `(telltale_\w+)` \| (\w+) \|/gm)].map(([, name, type]) => [
      name,
      type,
    ]);
    const { types } = await exposed();
    expect(rows.sort()).toEqual([...types].sort());
  });

  test("is all that the Grafana dashboard asks for", async () => {
    const dashboard = readFileSync(
      new URL("../../../docs/grafana/telltale.json", import.meta.url),
      "utf8",
    );
    const { samples } = await exposed();
    const known = new Set(samples.map(({ name }) => name));
    const queries = [...dashboard.matchAll(/"(?:expr|definition)": ("(?:[^"\\]|\\.)*")/g)].map(
      ([, text]) => String(JSON.parse(text ?? '""')),
    );
    const used = queries.flatMap((query) => query.match(/\btelltale_\w+/g) ?? []);
    expect(queries.length).toBeGreaterThan(25);
    expect(queries.filter((query) => !query.includes("telltale_"))).toEqual([]);
    expect(used.filter((name) => !known.has(name))).toEqual([]);
  });
});
