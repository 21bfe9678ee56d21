import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { pino } from "pino";
import { afterEach, beforeEach, expect, test } from "vitest";
import { configSchema } from "../src/config.ts";
import { type Server, startServer } from "../src/server.ts";
import { failure, payload } from "./litellm-payload.ts";
import { json, requestOf, span } from "./otlp-request.ts";

let folder: string;
let server: Server;

const start = async () => {
  const config = configSchema.parse({ port: 0, dataDir: folder });
  server = await startServer({ config, logger: pino({ level: "silent" }) });
};
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "telltale-doors-"));
  await start();
});
afterEach(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const post = async (path: string, body: string | Uint8Array, type: string, more: object = {}) => {
  const headers = { "content-type": type, ...more };
  const answer = await fetch(server.url + path, {
    method: "POST",
    body: Buffer.from(body),
    headers,
  });
  return {
    status: answer.status,
    type: answer.headers.get("content-type"),
    body: await answer.text(),
  };
};
const get = async (path: string): Promise<Record<string, never>> =>
  (await fetch(server.url + path)).json() as Promise<Record<string, never>>;

test("[D20] LiteLLM's batches of any form and content type, gzip too", async () => {
  const lines = [payload(), failure()].map((item) => JSON.stringify(item)).join("\n");
  const first = await post("/ingest/litellm", lines, "application/json");
  expect([first.status, JSON.parse(first.body)]).toEqual([
    202,
    { accepted: 2, duplicates: 0, rejected: [] },
  ]);
  const zipped = gzipSync(JSON.stringify([payload()]));
  const again = await post("/ingest/litellm", zipped, "text/plain", { "content-encoding": "gzip" });
  expect(JSON.parse(again.body)).toMatchObject({ accepted: 0, duplicates: 1 });
  const { rate_limits } = await get("/api/v1/snapshot");
  expect(rate_limits).toMatchObject([{ endpoint: "azure gpt-4o requests" }, {}]);
  const wrong = await post("/ingest/litellm", "[{}]", "application/json");
  expect([wrong.status, JSON.parse(wrong.body)]).toMatchObject([
    400,
    { rejected: [{ path: "model" }] },
  ]);
});

test("[D23] a gateway's report and its caller's span are one request, after a restart too", async () => {
  await post("/ingest/litellm", JSON.stringify(payload()), "application/json");
  const attributes = {
    "gen_ai.operation.name": "chat",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.response.id": "chatcmpl-AbC123",
  };
  const spans = json(requestOf([span(attributes)], { "service.name": "shop" }));
  for (let round = 0; round < 2; round++) {
    const answer = await post("/v1/traces", spans, "application/json");
    expect([answer.status, answer.body]).toEqual([200, "{}"]);
    const { metrics, requests } = await get("/api/v1/snapshot");
    expect(metrics).toMatchObject({ total_requests: 1, total_cost: 0.00275 });
    expect(requests).toMatchObject([
      { source: "litellm", service: "shop", api_key: "checkout-prod" },
    ]);
    await server.stop();
    await start();
  }
  const { metrics } = await get("/api/v1/snapshot");
  expect(metrics).toMatchObject({ total_requests: 1 });
});

test("OTLP at every path, in both forms, with notes and errors as the specification says", async () => {
  const none = await post("/v1/metrics", json({ resourceMetrics: [] }), "application/json");
  expect([none.status, none.body]).toEqual([200, "{}"]);
  for (const [path, list] of [
    ["/v1/traces", "resourceSpans"],
    ["/v1/metrics", "resourceMetrics"],
    ["/v1/logs", "resourceLogs"],
  ] as const) {
    // What Go writes of a list that is empty.
    const empty = await post(path, json({ [list]: null }), "application/json");
    expect(empty.status).toBe(200);
  }
  const protobuf = await post("/v1/metrics", "", "application/x-protobuf");
  expect(protobuf).toEqual({ status: 200, type: "application/x-protobuf", body: "" });
  const logs = await post(
    "/v1/logs",
    json({ resourceLogs: [] }),
    "application/json; charset=utf-8",
  );
  expect(JSON.parse(logs.body)).toEqual({
    partialSuccess: {
      rejectedLogRecords: "0",
      errorMessage: expect.stringContaining("/v1/traces"),
    },
  });
  const wrong = await post("/v1/metrics", json({ resourceSpans: [] }), "application/json");
  expect([wrong.status, JSON.parse(wrong.body).message]).toEqual([
    400,
    expect.stringContaining("resourceMetrics"),
  ]);
  const langfuse = {
    "langfuse.observation.type": "generation",
    "langfuse.observation.model.name": "gpt-4o",
  };
  const body = json(requestOf([span(langfuse)]));
  expect((await post("/api/public/otel/v1/traces", body, "application/json")).status).toBe(200);
  const { metrics } = await get("/api/v1/snapshot");
  expect(metrics).toMatchObject({ total_requests: 1 });
});

test("[D2] a batch of spans that share a long prompt is taken, however well it compresses", async () => {
  const prompt = Array.from({ length: 800 }, (_, word) => (word ** 3).toString(36)).join(" ");
  const call = { "gen_ai.operation.name": "chat", "gen_ai.request.model": "m", prompt };
  const text = JSON.stringify(requestOf(Array.from({ length: 512 }, () => span(call))));
  const zipped = gzipSync(text);
  expect(text.length / zipped.length).toBeGreaterThan(20);
  const gzip = { "content-encoding": "gzip" };
  expect(await post("/v1/traces", zipped, "application/json", gzip)).toMatchObject({ status: 200 });
  const bomb = gzipSync(Buffer.alloc(9 * 1024 * 1024));
  const bombs = Array.from({ length: 4 }, () => post("/v1/traces", bomb, "application/json", gzip));
  for (const { status } of await Promise.all(bombs)) expect(status).toBe(413);
});

test("[D3] what is refused for its address, type or encoding is not repeated", async () => {
  const asJson = "application/json";
  const secret = "sk-canary";
  const read = async (tail: string) => {
    const answer = await fetch(`${server.url}/api/v1/requests/${secret}${tail}`);
    const { status, headers } = answer;
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    return { status, type: headers.get("content-type"), body: await answer.text() };
  };
  const answers = [
    await post("/v1/traces", "{}", `text/${secret}`),
    await post("/v1/traces", "{}", asJson, { "content-encoding": secret }),
    await read("%ff"),
    await read("x".repeat(5000)),
  ];
  expect(answers.map(({ status }) => status)).toEqual([415, 415, 404, 404]);
  for (const { type, body } of answers) {
    expect(type).toMatch(/^application\/problem\+json/);
    expect(body).not.toContain(secret);
  }
  expect((await post("/v1/traces", "{}", "Application/JSON;Charset=UTF-8")).status).toBe(200);
});
