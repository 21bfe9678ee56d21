import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DownEnvelope } from "@telltale/protocol";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { WebSocket } from "ws";
import { configSchema } from "../src/config.ts";
import { type Server, startServer } from "../src/server.ts";

const from = Date.UTC(2026, 1, 3, 4, 5);
const past = { from: String(from), to: String(from + 120_000), speed: "120" };
let folder: string;
let server: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "telltale-replay-server-"));
  server = await startServer({
    config: configSchema.parse({ port: 0, dataDir: folder, tickMs: 100 }),
    logger: pino({ level: "silent" }),
  });
  const requests = Array.from({ length: 60 }, (_, i) => ({
    id: `past-${i}`,
    model: "m",
    created: from - 30_000 + i * 1000,
    latency_ms: 100 + i,
    prompt_tokens: 10,
    completion_tokens: 5,
    cost: 0.01,
  }));
  await report(requests);
});

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

function report(requests: readonly object[]): Promise<Response> {
  return fetch(`${server.url}/ingest/requests`, { method: "POST", body: JSON.stringify(requests) });
}

const address = (query: Record<string, string>): string =>
  `${server.url}/metrics/stream?${new URLSearchParams(query)}`;

interface Reader {
  readonly messages: DownEnvelope[];
  send?(type: string, data?: object): void;
  close(): void;
}

function overWebSocket(query: Record<string, string>): Reader {
  const messages: DownEnvelope[] = [];
  const ws = new WebSocket(address(query).replace("http", "ws"));
  ws.on("message", (data) => messages.push(JSON.parse(String(data))));
  const send = (type: string, data: object = {}): void =>
    ws.send(JSON.stringify({ type, timestamp: 0, data }));
  return { messages, send, close: () => ws.close() };
}

function overEvents(query: Record<string, string>): Reader {
  const messages: DownEnvelope[] = [];
  const abort = new AbortController();
  void (async () => {
    const headers = { accept: "text/event-stream" };
    const response = await fetch(address(query), { headers, signal: abort.signal });
    let rest = "";
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        if (line.startsWith("data: ")) messages.push(JSON.parse(line.slice(6)));
      }
    }
  })().catch(() => undefined);
  return { messages, close: () => abort.abort() };
}

function overPolls(query: Record<string, string>): Reader {
  const messages: DownEnvelope[] = [];
  const abort = new AbortController();
  void (async () => {
    let since: Record<string, string> = {};
    while (!abort.signal.aborted) {
      const headers = { accept: "application/json" };
      const response = await fetch(address({ ...query, ...since }), {
        headers,
        signal: abort.signal,
      });
      const batch: DownEnvelope[] = JSON.parse(await response.text());
      messages.push(...batch);
      const last = JSON.stringify(batch.at(-1)?.metadata ?? {});
      since = { ...since, ...(last === "{}" ? {} : { since: JSON.parse(last).position }) };
    }
  })().catch(() => undefined);
  return { messages, close: () => abort.abort() };
}

const ended = ({ messages }: Reader): boolean =>
  messages.some(({ type, data }) => type === "notice" && data.code === "replay_ended");

describe.each([
  ["WebSocket", overWebSocket],
  ["server-sent events", overEvents],
  ["long polls", overPolls],
])("over %s", (_name, open) => {
  test("[Y1] the past comes in the ordinary messages, with its own times, and ends", async () => {
    const reader = open(past);
    await vi.waitUntil(() => ended(reader), { timeout: 15_000 });
    reader.close();
    const { messages } = reader;
    const [init] = messages;
    expect(init).toMatchObject({ type: "init", timestamp: from, data: { replay: { from } } });
    if (init?.type === "init") {
      expect(init.data.snapshot?.metrics).toMatchObject({
        total_requests: 30,
        window_requests: 30,
      });
      expect(init.data.capabilities).toEqual(expect.arrayContaining(["pause", "seek", "step"]));
    }
    for (const { timestamp } of messages) {
      expect(timestamp).toBeGreaterThanOrEqual(from);
      expect(timestamp).toBeLessThanOrEqual(from + 120_000);
    }
    const ids = messages.flatMap((m) => (m.type === "request_update" ? [m.data.id] : []));
    expect(ids).toEqual(Array.from({ length: 30 }, (_, i) => `past-${i + 30}`));
    const figures = messages.findLast(({ type }) => type === "metrics_update");
    expect(figures?.data).toMatchObject({ total_requests: 60, total_tokens: 900 });
  });
});

test("it is steered over the WebSocket; a live stream says that it can not be", async () => {
  const reader = overWebSocket({ ...past, speed: "1" });
  const answers = () => reader.messages.filter(({ type }) => type === "notice");
  await vi.waitUntil(() => reader.messages.length > 0);
  reader.send?.("pause");
  reader.send?.("speed", { speed: 4000 });
  reader.send?.("seek", { to: "yesterday" });
  await vi.waitUntil(() => answers().length === 3);
  expect(answers().map(({ data }) => data)).toMatchObject([
    { code: "replay", replay: { paused: true } },
    { code: "bad_message", path: "data.speed" },
    { code: "bad_message", path: "data.to" },
  ]);
  reader.close();
  const live = overWebSocket({});
  await vi.waitUntil(() => live.messages.length > 0);
  live.send?.("pause");
  await vi.waitUntil(() => live.messages.some(({ type }) => type === "notice"));
  live.close();
});

test("[Y5] replays beside a live stream do not disturb it", async () => {
  const live = overWebSocket({});
  const replays = [overWebSocket(past), overWebSocket({ ...past, speed: "3600" })];
  await vi.waitUntil(() => replays.every((reader) => reader.messages.length > 2));
  await report([{ id: "now", model: "m", latency_ms: 5 }]);
  await vi.waitUntil(() => live.messages.some(({ type }) => type === "request_update"));
  await vi.waitUntil(() => replays.every(ended));
  const shown = live.messages.flatMap((m) => (m.type === "request_update" ? [m.data.id] : []));
  expect(shown).toEqual(["now"]);
  expect(live.messages.every(({ timestamp }) => timestamp > from + 86_400_000)).toBe(true);
  for (const { messages } of replays) {
    expect(messages.some((m) => m.type === "request_update" && m.data.id === "now")).toBe(false);
  }
  for (const reader of [live, ...replays]) reader.close();
});

test.each([
  ["from", { from: "yesterday" }],
  ["from", { from: String(Date.now() + 60_000) }],
  ["to", { ...past, to: String(from) }],
  ["speed", { ...past, speed: "0" }],
  ["speed", { ...past, speed: "fast" }],
  ["skip_gaps", { ...past, skip_gaps: "perhaps" }],
])("[Y5] a wrong %s is refused before the stream begins: %o", async (parameter, query) => {
  const answer = await fetch(address(query), { headers: { accept: "text/event-stream" } });
  expect(answer.status).toBe(400);
  expect(answer.headers.get("content-type")).toContain("application/problem+json");
  expect(await answer.json()).toMatchObject({ parameter });
  const status = await new Promise((resolve) => {
    const ws = new WebSocket(address(query).replace("http", "ws"));
    ws.on("unexpected-response", (_request, response) => resolve(response.statusCode));
    ws.on("open", () => resolve("open"));
  });
  expect(status).toBe(400);
});

test("[Y5] the twenty-first replay at once is told when to come again", async () => {
  const readers = Array.from({ length: 20 }, () => overWebSocket({ ...past, speed: "1" }));
  await vi.waitUntil(() => readers.every(({ messages }) => messages.length > 0), {
    timeout: 10_000,
  });
  const answer = await fetch(address(past), { headers: { accept: "text/event-stream" } });
  expect(answer.status).toBe(503);
  expect(Number(answer.headers.get("retry-after"))).toBeGreaterThan(0);
  const headers = await new Promise((resolve) => {
    const ws = new WebSocket(address(past).replace("http", "ws"));
    ws.on("unexpected-response", (_request, response) => resolve(response.headers));
  });
  expect(headers).toHaveProperty("retry-after");
  for (const reader of readers) reader.close();
});
