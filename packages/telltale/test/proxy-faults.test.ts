import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
import { describe, expect, it } from "vitest";
import { chatCall, latch, raw, startProxy, startServer, upstreamAt } from "./proxy-harness.ts";

const chat = "/openai/v1/chat/completions";
const streaming = { ...chatCall, stream: true };

function problem(body: Buffer): Record<string, unknown> {
  return JSON.parse(body.toString("utf8"));
}

describe("an upstream that fails", () => {
  it("by refusing connections: 502, what and what to do", async () => {
    const { url, fake, log } = await startProxy();
    await fake.close();
    const answer = await raw(`${url}/openai/v1/models`);
    expect(answer.status).toBe(502);
    expect(answer.headers["content-type"]).toBe("application/problem+json; charset=utf-8");
    expect(problem(answer.body)).toMatchObject({
      title: "Upstream unreachable",
      code: "ECONNREFUSED",
      detail: expect.stringContaining("TELLTALE_PROXY_OPENAI_URL"),
    });
    expect(log[0]?.fields).toEqual({ upstream: "openai", type: "ECONNREFUSED" });
  });

  it("by not being found: 502", async () => {
    const upstreams = [upstreamAt("far", "http://does-not-exist.invalid")];
    const { url, intake } = await startProxy({}, { upstreams });
    expect((await raw(`${url}/far/v1/chat/completions`, chatCall)).status).toBe(502);
    expect((await intake.event()).failure?.type).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
  });

  it("by closing the connection unanswered: 502", async () => {
    const tcp = createTcpServer((socket) => socket.on("data", () => socket.destroy()));
    const upstream = await new Promise<string>((resolve) => {
      tcp.listen(0, "127.0.0.1", () => {
        const address = tcp.address();
        resolve(`http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`);
      });
    });
    const { url, intake } = await startProxy({}, { upstreams: [upstreamAt("rude", upstream)] });
    const answer = await raw(`${url}/rude/v1/chat/completions`, chatCall);
    expect(answer.status).toBe(502);
    const { failure } = await intake.event();
    expect(failure?.type).toMatch(/upstream_disconnected|ECONNRESET/);
    expect(failure?.message).not.toContain("upstream_disconnected");
    tcp.close();
  });

  it("by not speaking HTTP: 502", async () => {
    const tcp = createTcpServer((socket) => socket.on("data", () => socket.end("SSH-2.0\r\n")));
    const upstream = await new Promise<string>((resolve) => {
      tcp.listen(0, "127.0.0.1", () => {
        const address = tcp.address();
        resolve(`http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`);
      });
    });
    const { url, intake } = await startProxy({}, { upstreams: [upstreamAt("ssh", upstream)] });
    expect((await raw(`${url}/ssh/v1/chat/completions`, chatCall)).status).toBe(502);
    expect((await intake.event()).failure?.type).toMatch(/^HPE_|HTTPParserError/);
    tcp.close();
  });

  it("by never answering: 504", async () => {
    const never = latch();
    const { url, intake } = await startProxy(
      { gate: () => never.opened },
      { headersTimeoutMs: 400 },
    );
    const answer = await raw(url + chat, chatCall);
    expect(answer.status).toBe(504);
    expect(problem(answer.body)).toMatchObject({ code: "headers_timeout" });
    expect(await intake.event()).toMatchObject({
      statusCode: null,
      failure: { type: "headers_timeout" },
      usage: null,
    });
    never.open();
  });

  it("by falling silent: the caller is cut off", async () => {
    const never = latch();
    const gate = (piece: number): Promise<void> | undefined =>
      piece === 3 ? never.opened : undefined;
    const { url, intake } = await startProxy({ gate }, { bodyTimeoutMs: 400 });
    const answer = await raw(url + chat, streaming);
    expect(answer.cut).toBe(true);
    expect(String(answer.body)).toContain('"lo"');
    expect(await intake.event()).toMatchObject({
      failure: { type: "body_timeout" },
      usage: { output: 2 },
      usageQuality: "estimated",
    });
    never.open();
  });

  it("in every error shape: type and message are found", async () => {
    const { url, intake, fake } = await startProxy();
    const shapes: [number, unknown, string, string][] = [
      [
        400,
        { error: { message: "a", type: "invalid_request_error", code: null } },
        "invalid_request_error",
        "a",
      ],
      [
        404,
        { error: { message: "b", type: "invalid_request_error", code: "model_not_found" } },
        "model_not_found",
        "b",
      ],
      [
        429,
        { type: "error", error: { type: "rate_limit_error", message: "c" } },
        "rate_limit_error",
        "c",
      ],
      [
        400,
        { object: "error", message: "d", type: "BadRequestError", code: 400 },
        "BadRequestError",
        "d",
      ],
      [
        400,
        { error: { message: "e", type: "BadRequestError", code: 400 } },
        "BadRequestError",
        "e",
      ],
      [
        429,
        [{ error: { code: 429, status: "RESOURCE_EXHAUSTED", message: "quota" } }],
        "RESOURCE_EXHAUSTED",
        "quota",
      ],
      [422, { detail: "f" }, "422", "f"],
      [403, { error: "g" }, "403", "g"],
      [404, { message: "h" }, "404", "h"],
      [503, "nope", "503", "The upstream answered with HTTP status 503"],
      [
        500,
        { error: { message: "x".repeat(9_000), type: "server_error" } },
        "server_error",
        "x".repeat(2_000),
      ],
    ];
    for (const [index, [status, body, type, message]] of shapes.entries()) {
      fake.script = { status, body };
      expect((await raw(url + chat, chatCall)).status).toBe(status);
      const event = await intake.event(index);
      expect(event).toMatchObject({ statusCode: status, failure: { type, message } });
    }
  });

  it("within a compressed error body", async () => {
    const body = { error: { message: "Slow", type: "tokens", code: "rate_limit_exceeded" } };
    const { url, intake } = await startProxy({ status: 429, body, encoding: "gzip" });
    await raw(url + chat, streaming);
    expect(await intake.event()).toMatchObject({ failure: { type: "rate_limit_exceeded" } });
  });

  it("with broken compression: the bytes pass, the usage is unknown", async () => {
    const upstream = await startServer(
      createServer((_, response) => {
        response.writeHead(200, { "content-type": "application/json", "content-encoding": "gzip" });
        response.end("this is no gzip");
      }),
    );
    const { url, intake, log } = await startProxy({}, { upstreams: [upstreamAt("raw", upstream)] });
    const answer = await raw(`${url}/raw/v1/chat/completions`, chatCall);
    expect(String(answer.body)).toBe("this is no gzip");
    expect(await intake.event()).toMatchObject({ status: "success", usageQuality: "unknown" });
    expect(log[0]?.fields.reason).toContain("gzip is broken");
  });
});

describe("an upstream that refuses stream_options", () => {
  it("is asked once more without, and never again with", async () => {
    const { url, fake, intake } = await startProxy({ refusesStreamOptions: true });
    const direct = await raw(`${fake.url}/v1/chat/completions`, streaming);
    const first = await raw(url + chat, streaming);
    const second = await raw(url + chat, streaming);
    expect([first.status, first.body.equals(direct.body)]).toEqual([200, true]);
    expect([second.status, second.body.equals(direct.body)]).toEqual([200, true]);
    const asked = fake.received.map(({ body }) => body.includes("stream_options"));
    expect(asked).toEqual([false, true, false, false]);
    expect(await intake.event(1)).toMatchObject({ status: "success", usageQuality: "unknown" });
    expect(intake.events.length).toBe(2);
  });

  it("gets the caller's own options as they are, and the caller the refusal", async () => {
    const { url, intake, fake } = await startProxy({ refusesStreamOptions: true });
    const own = { ...streaming, stream_options: { include_usage: false } };
    const answer = await raw(url + chat, own);
    expect(answer.status).toBe(400);
    expect(String(answer.body)).toContain("Unrecognized request argument supplied: stream_options");
    expect(fake.received.map(({ body }) => body.includes('"include_usage":true'))).toEqual([
      true,
      false,
    ]);
    expect(await intake.event()).toMatchObject({ failure: { type: "invalid_request_error" } });
  });

  it("is not mistaken for one that refuses something else", async () => {
    const body = { error: { message: "Unknown model", type: "invalid_request_error" } };
    const { url, fake } = await startProxy({ status: 400, body });
    const answer = await raw(url + chat, streaming);
    expect([answer.status, String(answer.body)]).toEqual([400, JSON.stringify(body)]);
    expect(fake.received.length).toBe(1);
    fake.script = {};
    await raw(url + chat, streaming);
    expect(fake.received[1]?.body.includes("include_usage")).toBe(true);
  });

  it("is not asked at all when that is switched off", async () => {
    const { url, fake } = await startProxy({}, { includeUsage: false });
    await raw(url + chat, streaming);
    expect(String(fake.received[0]?.body)).toBe(JSON.stringify(streaming));
  });

  it("is not asked where there is no such option", async () => {
    const { url, fake } = await startProxy();
    const call = { model: "m", input: "x", stream: true };
    await raw(`${url}/openai/v1/responses`, call);
    expect(String(fake.received[0]?.body)).toBe(JSON.stringify(call));
  });
});

describe("closing the proxy", () => {
  it("cuts off what runs, records it, and refuses what comes later", async () => {
    const never = latch();
    const gate = (piece: number): Promise<void> | undefined =>
      piece === 3 ? never.opened : undefined;
    const { url, intake, proxy, fake } = await startProxy({ gate });
    const running = raw(url + chat, streaming);
    const received = await fake.arrived(0);
    while (!intake.shown.some(({ usage }) => (usage?.output ?? 0) > 0)) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    await proxy.close();
    expect(intake.events).toMatchObject([{ failure: { type: "proxy_stopped" }, status: "error" }]);
    expect((await running).cut).toBe(true);
    await received.closed;
    expect((await raw(url + chat, chatCall)).status).toBe(502);
    never.open();
  });
});
