import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { type FakeUpstream, startFakeUpstream } from "@telltale/testkit/fake-upstream";
import { pino } from "pino";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ensureInstalled } from "../../../scripts/install.mjs";
import { configSchema } from "../src/config.ts";
import { ClientMetrics } from "../src/ingest/otlp/client-metrics.ts";
import { decodeMetrics } from "../src/ingest/otlp/metrics.ts";
import { type Server, startServer } from "../src/server.ts";
import { listen } from "./proxy-harness.ts";

const folder = resolve(import.meta.dirname, "../../../e2e/clients");
const truth = { promptTokens: 100, cachedTokens: 64, reasoningTokens: 0 };
const completion = 5;
/** gpt-4o-mini's published prices: input 0.15, cached 0.075, output 0.6 per million tokens. */
const eachCost = (36 * 0.15 + 64 * 0.075 + completion * 0.6) / 1e6;

let data: string;
let upstream: FakeUpstream;
let server: Server;

beforeAll(async () => {
  // Real SDKs are no part of the repository's own install.
  if (!(await ensureInstalled(folder))) throw new Error("npm ci in e2e/clients failed");
}, 600_000);

beforeEach(async () => {
  data = await mkdtemp(join(tmpdir(), "telltale-clients-"));
  upstream = await startFakeUpstream({ ...truth, tokens: ["Hel", "lo", ", ", "wor", "ld"] });
  const upstreams = { openai: { url: upstream.url, provider: "openai" } };
  const config = configSchema.parse({ port: 0, dataDir: data, upstreams });
  server = await startServer({ config, logger: pino({ level: "silent" }) });
});
afterEach(async () => {
  await server.stop();
  await upstream.close();
});
afterAll(() => rm(data, { recursive: true, force: true }));

async function run(script: string[], openai: string, collector = server.url): Promise<void> {
  expect(existsSync(join(folder, script[0] ?? ""))).toBe(true);
  await promisify(execFile)(process.execPath, script, {
    cwd: folder,
    timeout: 60_000,
    env: {
      PATH: process.env["PATH"],
      OPENAI_API_KEY: "sk-test-secret-0001",
      OPENAI_BASE_URL: openai,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector,
      OTEL_SERVICE_NAME: "shop",
    },
  });
}

interface Shown {
  total_requests: number;
  total_tokens: number;
  total_cost: number;
  unknown_usage_requests: number;
}

async function shown(): Promise<Shown> {
  const answer = await fetch(`${server.url}/api/v1/snapshot`);
  const { metrics } = (await answer.json()) as { metrics: Shown };
  return metrics;
}

const clients: [string, string[], usage: number][] = [
  // What each tells of the usage of the two calls (one whole, one streamed), measured in 2026.
  ["@opentelemetry/instrumentation-openai", ["openai.cjs", "otel"], 2],
  ["the same with spans of the HTTP client", ["openai.cjs", "otel-http"], 2],
  ["@arizeai/openinference-instrumentation-openai", ["openai.cjs", "openinference"], 1],
  ["@traceloop/instrumentation-openai", ["openai.cjs", "traceloop"], 1],
  ["ai 5", ["ai-v5.mjs"], 2],
  ["ai 7", ["ai-v7.mjs"], 2],
];

describe.each(clients)("[D28] %s", (_, script, known) => {
  test("its spans alone are its two calls", { timeout: 90_000 }, async () => {
    await run(script, `${upstream.url}/v1`);
    const { total_requests, total_tokens, unknown_usage_requests } = await shown();
    expect({ total_requests, total_tokens, unknown_usage_requests }).toEqual({
      total_requests: 2,
      total_tokens: known * (truth.promptTokens + completion),
      unknown_usage_requests: 2 - known,
    });
  });
  test("through the proxy as well: still two, to the token and the cent", {
    timeout: 90_000,
  }, async () => {
    await run(script, `${server.url}/proxy/openai/v1`);
    const { total_requests, total_tokens, total_cost } = await shown();
    expect(total_requests).toBe(2);
    expect(total_tokens).toBe(2 * (truth.promptTokens + completion));
    expect(Math.abs(total_cost - 2 * eachCost)).toBeLessThan(1e-9);
    const answer = await fetch(`${server.url}/api/v1/requests`);
    const { requests } = (await answer.json()) as { requests: object[] };
    expect(requests).toMatchObject([
      { source: "proxy", service: "shop" },
      { source: "proxy", service: "shop" },
    ]);
  });
});

test("[D28] OpenTelemetry's metrics alone are its two calls", { timeout: 90_000 }, async () => {
  const bodies: Buffer[] = [];
  const collector = createServer((request, response) => {
    void buffer(request).then((body) => {
      if (request.url === "/v1/metrics") bodies.push(body);
      response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });
  const port = await listen(collector);
  await run(["openai.cjs", "metrics"], `${upstream.url}/v1`, `http://127.0.0.1:${port}`);
  collector.close();
  let now = Date.now();
  const client = new ClientMetrics({
    now: () => now,
    hasRequests: async () => false,
    isOwn: () => false,
  });
  const points = bodies.flatMap((body) => decodeMetrics(body, "json").points);
  await client.requests(points);
  now += 60_000;
  const events = await client.requests(points);
  expect(events).toHaveLength(2);
  const tokens = events.reduce(
    (sum, { usage }) => sum + (usage?.input ?? 0) + (usage?.output ?? 0),
    0,
  );
  expect(tokens).toBe(2 * (truth.promptTokens + completion));
  expect(events[0]).toMatchObject({ service: "shop", provider: "openai", status: "success" });
});
