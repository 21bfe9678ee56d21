import { mkdtemp, rm } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { DownEnvelope, RequestUpdate, Snapshot } from "@telltale/protocol";
import { pino } from "pino";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WebSocket } from "ws";
import { configSchema } from "../src/config.ts";
import type { HostMoment } from "../src/host/history.ts";
import { type Server, startServer } from "../src/server.ts";

const MIB = 1024 * 1024;
const logger = pino({ level: "silent" });
let folder: string;
let server: Server;

const start = (dataDir: string) =>
  startServer({
    config: configSchema.parse({
      port: 0,
      dataDir,
      tickMs: 100,
      allowedOrigins: ["http://app.example"],
    }),
    logger,
  });

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "telltale-server-"));
  server = await start(join(folder, "shared"));
});

afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
});

const post = (path: string, body: BodyInit, headers: Record<string, string> = {}) =>
  fetch(server.url + path, { method: "POST", body, headers });
const report = (events: unknown, headers?: Record<string, string>) =>
  post("/ingest/requests", JSON.stringify(events), {
    "content-type": "application/json",
    ...headers,
  });

async function json<T>(response: Response | Promise<Response>): Promise<T> {
  return (await (await response).json()) as T;
}

interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  rejected?: { index: number; error: string; path: string; line?: number }[];
}

async function problem(response: Promise<Response>): Promise<Problem & { headers: Headers }> {
  const answer = await response;
  expect(answer.headers.get("content-type")).toMatch(/^application\/problem\+json/);
  const body = (await answer.json()) as Problem;
  expect(body.status).toBe(answer.status);
  return { ...body, headers: answer.headers };
}

/** Messages of one stream, awaited by what they are to hold. */
function listen(url = server.url, headers: Record<string, string> = {}) {
  const ws = new WebSocket(`${url.replace("http", "ws")}/metrics/stream`, { headers });
  const messages: DownEnvelope[] = [];
  const waiting: { test(message: DownEnvelope): boolean; done(message: DownEnvelope): void }[] = [];
  ws.on("message", (data) => {
    const parsed: DownEnvelope | DownEnvelope[] = JSON.parse(String(data));
    for (const message of Array.isArray(parsed) ? parsed : [parsed]) {
      messages.push(message);
      for (const wait of [...waiting]) {
        if (!wait.test(message)) continue;
        waiting.splice(waiting.indexOf(wait), 1);
        wait.done(message);
      }
    }
  });
  return {
    ws,
    messages,
    until: (test: (message: DownEnvelope) => boolean) =>
      new Promise<DownEnvelope>((done) => {
        const known = messages.find(test);
        if (known) done(known);
        else waiting.push({ test, done });
      }),
    closed: new Promise<number>((done) => {
      ws.on("close", done);
      ws.on("error", () => undefined);
    }),
  };
}

const isRequest = (id: string) => (message: DownEnvelope) =>
  message.type === "request_update" && message.data.id === id;

describe("a report", () => {
  test("is on the stream, in the API and in the exposition, with its cost", async () => {
    const stream = listen();
    await stream.until(({ type }) => type === "init");
    const answer = await report({
      id: "seen-1",
      model: "gpt-4o",
      provider: "openai",
      prompt_tokens: 1000,
      completion_tokens: 500,
      latency_ms: 830,
      ttft_ms: 120,
      streaming: true,
    });
    expect(answer.status).toBe(202);
    expect(await answer.json()).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
    const { data } = await stream.until(isRequest("seen-1"));
    expect(data).toMatchObject({ total_tokens: 1500, latency_ms: 830, ttft_ms: 120, cost: 0.0075 });
    await stream.until(
      (message) => message.type === "metrics_update" && message.data.total_requests >= 1,
    );
    stream.ws.close();
    const one = await json<RequestUpdate>(fetch(`${server.url}/api/v1/requests/seen-1`));
    expect(one).toEqual(data);
    const page = await json<{ requests: RequestUpdate[] }>(
      fetch(`${server.url}/api/v1/requests?model=gpt-4o&min_latency=800`),
    );
    expect(page.requests.map(({ id }) => id)).toContain("seen-1");
    const text = await (await fetch(`${server.url}/metrics`)).text();
    expect(text).toMatch(/telltale_requests_total\{model="gpt-4o",provider="openai"\} \d+/);
  });

  test("sent again counts as a duplicate", async () => {
    const event = { id: "twice", model: "m" };
    await report(event);
    expect(await json(report([event, event]))).toMatchObject({ accepted: 0, duplicates: 2 });
  });

  test("may come gzipped, as lines, and with a content type that is wrong", async () => {
    const lines = '{"model":"m"}\n{"model":"m"}\n';
    const encoded = await post("/ingest/requests", gzipSync(lines), { "content-encoding": "gzip" });
    expect(await encoded.json()).toMatchObject({ accepted: 2 });
    const mistyped = await post("/ingest/requests", lines, {
      "content-type": "application/x-www-form-urlencoded",
    });
    expect(await mistyped.json()).toMatchObject({ accepted: 2 });
  });
});

test("[X11] what a page has not seen of the host can be asked for", async () => {
  const history = async () =>
    (await json<{ history: HostMoment[] }>(fetch(`${server.url}/api/v1/host`))).history;
  await expect.poll(async () => (await history()).length, { timeout: 10_000 }).toBeGreaterThan(1);
  const [first, second] = await history();
  expect(first?.cpu_usage).toBeGreaterThanOrEqual(0);
  expect(second?.time).toBeGreaterThan(first?.time ?? Number.POSITIVE_INFINITY);
});

test("what runs now can be asked for, with the filters of the rest", async () => {
  const running = { status: "in_progress", latency_ms: 300 };
  await report([
    { id: "running-1", model: "runner", user_id: "u-1", ...running },
    { id: "running-2", model: "runner", user_id: "u-2", ...running },
  ]);
  const ids = async (query: string): Promise<string[]> => {
    const answer = fetch(`${server.url}/api/v1/requests?status=in_progress&${query}`);
    const page = await json<{ requests: RequestUpdate[]; next_cursor: null }>(answer);
    expect(page.next_cursor).toBeNull();
    return page.requests.map(({ id }) => id).sort();
  };
  expect(await ids("model=runner")).toEqual(["running-1", "running-2"]);
  expect(await ids("user_id=u-2&min_latency=300&text=RUNN")).toEqual(["running-2"]);
  expect(await ids("model=runner&max_latency=299")).toEqual([]);
  await report({ id: "running-1", model: "runner", latency_ms: 400 });
  expect(await ids("model=runner")).toEqual(["running-2"]);
  const one = await json<RequestUpdate>(fetch(`${server.url}/api/v1/requests/running-2`));
  expect(one.status).toBe("in_progress");
});

describe("bad input is named, and the good part of it kept", () => {
  test("[D1] one wrong line of five", async () => {
    const lines = ["a", "b", "c", "d", "e"].map((id) => `{"id":"line-${id}","model":"m"}`);
    lines[2] = '{"id":"line-c","model":';
    const body = await json<Problem & { accepted: number }>(
      post("/ingest/requests", lines.join("\n")),
    );
    expect(body.accepted).toBe(4);
    expect(body.rejected).toMatchObject([{ index: 2, line: 3 }]);
    expect((await fetch(`${server.url}/api/v1/requests/line-e`)).status).toBe(200);
  });

  test.each([
    ["wrong types", { model: 7 }, "model"],
    ["negative tokens", { model: "m", prompt_tokens: -3 }, "prompt_tokens"],
    ["a model name of 1 MB", { model: "m".repeat(MIB) }, "model"],
  ])("%s", async (_name, event, path) => {
    const body = await problem(report(event));
    expect(body.status).toBe(400);
    expect(body.rejected).toMatchObject([{ index: 0, path }]);
    expect(JSON.stringify(body).length).toBeLessThan(2000);
  });

  test.each([
    ["an empty body", "", 400, /empty/],
    ["no JSON", "{", 400, /JSON/],
    ["JSON 10,000 deep", `${"[".repeat(10_000)}${"]".repeat(10_000)}`, 400, /nested more than 32/],
    ["17 MiB", "x".repeat(17 * MIB), 413, /16777216 bytes/],
  ])("%s", async (_name, body, status, detail) => {
    const answer = await problem(post("/ingest/requests", body));
    expect(answer.status).toBe(status);
    expect(answer.detail).toMatch(detail);
  });

  test("[D2] a gzip bomb and a body that is no gzip", async () => {
    const bomb = gzipSync(Buffer.alloc(200 * MIB));
    const gzip = { "content-encoding": "gzip" };
    expect(await problem(post("/ingest/requests", bomb, gzip))).toMatchObject({ status: 413 });
    expect(await problem(post("/ingest/requests", "no", gzip))).toMatchObject({ status: 400 });
    expect(
      await problem(post("/ingest/requests", "{}", { "content-encoding": "br" })),
    ).toMatchObject({ status: 415 });
  });

  test("truncated protobuf, JSON that is no OTLP, an unknown type", async () => {
    const protobuf = { "content-type": "application/x-protobuf" };
    const truncated = Buffer.from([0x0a, 0x7f, 0x0a]);
    expect(await problem(post("/v1/traces", truncated, protobuf))).toMatchObject({ status: 400 });
    const asJson = { "content-type": "application/json" };
    expect(await problem(post("/v1/traces", "{", asJson))).toMatchObject({ status: 400 });
    expect(await problem(post("/v1/traces", "x", { "content-type": "text/csv" }))).toMatchObject({
      status: 415,
    });
  });

  test("a wrong method, a wrong address, a wrong parameter", async () => {
    const method = await problem(fetch(`${server.url}/ingest/requests`));
    expect(method.status).toBe(405);
    expect(method.headers.get("allow")).toBe("POST");
    expect(await problem(fetch(`${server.url}/nothing/here`))).toMatchObject({ status: 404 });
    for (const [query, name] of [
      ["limit=0", "limit"],
      ["min_latency=fast", "min_latency"],
      ["from=yesterday", "from"],
      ["modle=x", "modle"],
      ["cursor=xyz", "cursor"],
    ]) {
      const wrong = await problem(fetch(`${server.url}/api/v1/requests?${query}`));
      expect(wrong.status).toBe(400);
      expect(wrong.detail).toContain(name);
    }
    expect(await problem(fetch(`${server.url}/proxy/nowhere/v1/models`))).toMatchObject({
      status: 404,
      detail: expect.stringContaining("openai, anthropic"),
    });
  });
});

test("a field that means nothing here is named, and the event kept", async () => {
  const body = await json<Record<string, unknown>>(report({ model: "m", promt_tokens: 120 }));
  expect(body).toEqual({ accepted: 1, duplicates: 0, rejected: [], ignored: ["promt_tokens"] });
});

describe("a page on another origin", () => {
  const evil = { origin: "http://evil.example" };

  test("can neither write nor read", async () => {
    expect(await problem(report({ id: "evil", model: "m" }, evil))).toMatchObject({ status: 403 });
    expect(await problem(fetch(`${server.url}/api/v1/snapshot`, { headers: evil }))).toMatchObject({
      status: 403,
    });
    expect(await problem(post("/proxy/openai/v1/chat/completions", "{}", evil))).toMatchObject({
      status: 403,
    });
    expect((await fetch(`${server.url}/api/v1/requests/evil`)).status).toBe(404);
  });

  test("[A1] is refused the stream before the upgrade", async () => {
    const status = await new Promise((resolve) => {
      const ws = new WebSocket(`${server.url.replace("http", "ws")}/metrics/stream`, {
        headers: evil,
      });
      ws.on("unexpected-response", (_request, response) => resolve(response.statusCode));
      ws.on("open", () => resolve("open"));
      ws.on("error", () => undefined);
    });
    expect(status).toBe(403);
  });

  test("is let in when the operator named it, with CORS", async () => {
    const friend = { origin: "http://app.example" };
    const preflight = await fetch(`${server.url}/api/v1/snapshot`, {
      method: "OPTIONS",
      headers: { ...friend, "access-control-request-method": "GET" },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("http://app.example");
    const read = await fetch(`${server.url}/api/v1/snapshot`, { headers: friend });
    expect(read.headers.get("access-control-allow-origin")).toBe("http://app.example");
    const stream = listen(server.url, friend);
    await stream.until(({ type }) => type === "init");
    stream.ws.close();
  });

  test("gets a strict content security policy with every page", async () => {
    const { headers } = await fetch(server.url);
    expect(headers.get("content-security-policy")).toContain("script-src 'self'");
    expect(headers.get("content-security-policy")).not.toContain("unsafe");
  });
});

describe("a client of the stream", () => {
  test("[S6] that sends a frame of 1 MiB is refused with 1009", async () => {
    const stream = listen();
    await stream.until(({ type }) => type === "init");
    stream.ws.send("x".repeat(MIB));
    expect(await stream.closed).toBe(1009);
  });

  test("that sends one message in too many fragments is cut off", async () => {
    const stream = listen();
    await stream.until(({ type }) => type === "init");
    for (let i = 0; i < 100; i++) stream.ws.send("x", { fin: false });
    expect(await stream.closed).toBe(1008);
  });

  test("[S6] that floods is closed with 4203", async () => {
    const stream = listen();
    await stream.until(({ type }) => type === "init");
    for (let i = 0; i < 101; i++) {
      stream.ws.send(JSON.stringify({ type: "heartbeat", data: { client_time: i } }));
    }
    expect(await stream.closed).toBe(4203);
  });

  test("gets a pong for a heartbeat and a notice for nonsense, and stays", async () => {
    const stream = listen();
    await stream.until(({ type }) => type === "init");
    stream.ws.send(JSON.stringify({ type: "heartbeat", data: { client_time: 42 } }));
    expect((await stream.until(({ type }) => type === "pong")).data).toMatchObject({
      client_time: 42,
    });
    const nonsense = ["{", "7", '{"type":7}', '{"type":"dance"}', '{"type":"heartbeat"}'];
    for (const text of [...nonsense, `${"[".repeat(99)}`]) stream.ws.send(text);
    stream.ws.send(Buffer.from([1, 2]), { binary: true });
    await stream.until(() => stream.messages.filter((m) => m.type === "notice").length === 7);
    expect(stream.ws.readyState).toBe(WebSocket.OPEN);
    stream.ws.close();
  });
});

test("what arrives as raw garbage harms nobody", async () => {
  const { hostname, port } = new URL(server.url);
  for (const text of ["\0\0\0", "GET / HTTP/9\r\n\r\n", "POST /ingest/requests HTTP/1.1\r\n"]) {
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => socket.end(text));
      socket.on("close", () => resolve());
      socket.on("error", () => resolve());
      socket.resume();
    });
  }
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
});

test("[K5] a second start finds the totals, the requests and the ids of the first", async () => {
  const dataDir = join(folder, "restart");
  const first = await start(dataDir);
  const send = (url: string, ids: string[]) =>
    fetch(`${url}/ingest/requests`, {
      method: "POST",
      body: JSON.stringify(
        ids.map((id) => ({
          id,
          model: "gpt-4o",
          prompt_tokens: 10,
          completion_tokens: 5,
          latency_ms: 100,
          ...(id === "bad"
            ? { status: "error", error_type: "timeout", error_message: "late" }
            : {}),
        })),
      ),
    });
  await send(first.url, ["one", "two", "bad"]);
  const before = await json<Snapshot>(fetch(`${first.url}/api/v1/snapshot`));
  await first.stop();

  const second = await start(dataDir);
  const after = await json<Snapshot>(fetch(`${second.url}/api/v1/snapshot`));
  expect(after.metrics).toMatchObject({ total_requests: 3, total_tokens: 45, total_errors: 1 });
  expect(after.metrics?.total_cost).toBeCloseTo(before.metrics?.total_cost ?? -1, 9);
  expect(after.metrics?.p50_latency_ms).toBe(before.metrics?.p50_latency_ms);
  expect(after.requests.map(({ id }) => id).sort()).toEqual(["bad", "one", "two"]);
  expect(after.errors).toEqual(before.errors);
  expect(after.costs?.total_cost).toBeCloseTo(before.costs?.total_cost ?? -1, 9);
  expect(await json(send(second.url, ["two", "three"]))).toMatchObject({
    accepted: 1,
    duplicates: 1,
  });
  await second.stop();
});
