import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DownEnvelope } from "@telltale/protocol";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { configSchema } from "../src/config.ts";
import { type Server, startServer } from "../src/server.ts";

let folder: string;
let server: Server;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "telltale-stream-"));
  server = await startServer({
    config: configSchema.parse({ port: 0, dataDir: folder, tickMs: 100 }),
    logger: pino({ level: "silent" }),
  });
});

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Reader {
  /** Everything so far, in order. */
  readonly messages: DownEnvelope[];
  close(): void;
}

type Open = (query: string) => Reader;

const address = (query: string): string => `${server.url}/metrics/stream?${query}`;

function overWebSocket(query: string): Reader {
  const messages: DownEnvelope[] = [];
  const ws = new WebSocket(address(query).replace("http", "ws"));
  ws.on("message", (data) => messages.push(JSON.parse(String(data))));
  return { messages, close: () => ws.close() };
}

function overEvents(query: string): Reader {
  const messages: DownEnvelope[] = [];
  const abort = new AbortController();
  void (async () => {
    const response = await fetch(address(query), {
      headers: { accept: "text/event-stream" },
      signal: abort.signal,
    });
    let rest = "";
    for await (const chunk of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
      const events = (rest + chunk).split("\n\n");
      rest = events.pop() ?? "";
      for (const event of events) {
        const data = event.split("\n").find((line) => line.startsWith("data: "));
        if (data) messages.push(JSON.parse(data.slice(6)));
      }
    }
  })().catch(() => undefined);
  return { messages, close: () => abort.abort() };
}

function positionOf(messages: readonly DownEnvelope[]): string | undefined {
  const metadata = messages.at(-1)?.metadata;
  if (typeof metadata !== "object" || metadata === null || !("position" in metadata)) return;
  return String(metadata.position);
}

function overPolls(query: string): Reader {
  const messages: DownEnvelope[] = [];
  const abort = new AbortController();
  void (async () => {
    let since = new URLSearchParams(query).get("since") ?? "";
    while (!abort.signal.aborted) {
      const parameters = new URLSearchParams(query);
      if (since) parameters.set("since", since);
      const response = await fetch(address(String(parameters)), {
        headers: { accept: "application/json" },
        signal: abort.signal,
      });
      const batch = (await response.json()) as DownEnvelope[];
      since = positionOf(batch) ?? since;
      messages.push(...batch);
    }
  })().catch(() => undefined);
  return { messages, close: () => abort.abort() };
}

const report = (...ids: string[]) =>
  fetch(`${server.url}/ingest/requests`, {
    method: "POST",
    body: JSON.stringify(
      ids.map((id) => ({
        id,
        model: id.startsWith("other") ? "other" : "m",
        latency_ms: 5,
        prompt_tokens: 1,
        completion_tokens: 1,
      })),
    ),
  });

const ids = ({ messages }: Reader): string[] =>
  messages.flatMap((message) =>
    message.type === "request_update"
      ? [message.data.id]
      : message.type === "init"
        ? (message.data.snapshot?.requests.map(({ id }) => id).reverse() ?? [])
        : [],
  );

const only = (reader: Reader, prefix: string): string[] =>
  ids(reader).filter((id) => id.startsWith(prefix));

let runs = 0;

describe.each<[string, Open]>([
  ["WebSocket", overWebSocket],
  ["server-sent events", overEvents],
  ["long polls", overPolls],
])("over %s", (_name, open) => {
  test("[S1] the state first, then every request once and in order", async () => {
    const run = `in-order-${++runs}-`;
    const reader = open("");
    await expect.poll(() => reader.messages[0]?.type).toBe("init");
    const sent = Array.from({ length: 30 }, (_, index) => `${run}${index}`);
    for (const id of sent) await report(id);
    await expect.poll(() => only(reader, run)).toEqual(sent);
    reader.close();
  });

  test("figures keep coming", async () => {
    const reader = open("types=metrics_update");
    await expect
      .poll(() => reader.messages.filter(({ type }) => type === "metrics_update").length)
      .toBeGreaterThan(3);
    reader.close();
  });

  test("[S3] coming back continues exactly where it was", async () => {
    const run = `back-${++runs}-`;
    const first = open("types=request_update");
    await expect.poll(() => first.messages.length).toBeGreaterThan(0);
    await report(`${run}1`, `${run}2`);
    await expect.poll(() => only(first, run)).toEqual([`${run}1`, `${run}2`]);
    const since = positionOf(first.messages);
    first.close();
    await report(`${run}3`);
    await report(`${run}4`);
    const second = open(`types=request_update&since=${since}`);
    await report(`${run}5`);
    await expect.poll(() => only(second, run)).toEqual([3, 4, 5].map((n) => `${run}${n}`));
    expect(second.messages.filter(({ type }) => type === "notice")).toEqual([]);
    second.close();
  });

  test("coming back from another life is told", async () => {
    const reader = open("since=gone:5");
    await expect.poll(() => reader.messages.length).toBeGreaterThan(1);
    expect(reader.messages).toMatchObject([
      { type: "notice", data: { code: "gap" } },
      { type: "init", data: { resumed: false } },
      ...reader.messages.slice(2).map(() => ({})),
    ]);
    reader.close();
  });

  test("a filter holds", async () => {
    const run = `${++runs}`;
    const reader = open("types=request_update&models=other");
    await expect.poll(() => reader.messages.length).toBeGreaterThan(0);
    await report(`mine-${run}`, `other-${run}`);
    await expect.poll(() => ids(reader)).toContain(`other-${run}`);
    expect(ids(reader)).not.toContain(`mine-${run}`);
    reader.close();
  });
});

test.each(["status=sideways", "min_latency=fast", "interval_ms=-1"])(
  "a parameter that is wrong is named, on each transport: %s",
  async (query) => {
    const name = query.split("=")[0];
    for (const accept of ["text/event-stream", "application/json"]) {
      const response = await fetch(address(query), { headers: { accept } });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ parameter: name });
    }
    const status = await new Promise((resolve) => {
      const ws = new WebSocket(address(query).replace("http", "ws"));
      ws.on("unexpected-response", (_request, response) => resolve(response.statusCode));
      ws.on("error", () => undefined);
    });
    expect(status).toBe(400);
  },
);

test("without a WebSocket and without an Accept it says how to ask", async () => {
  const response = await fetch(address(""), { headers: { accept: "text/html" } });
  expect(response.status).toBe(426);
  expect(await response.json()).toMatchObject({ detail: expect.stringContaining("WebSocket") });
});
