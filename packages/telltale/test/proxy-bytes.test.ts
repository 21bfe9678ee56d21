import { once } from "node:events";
import { createServer } from "node:http";
import { connect } from "node:net";
import type { Script } from "@telltale/testkit/fake-upstream";
import { describe, expect, it } from "vitest";
import { chatCall, latch, raw, startProxy, startServer, upstreamAt } from "./proxy-harness.ts";

const streaming = { ...chatCall, stream: true };
const withUsage = { ...streaming, stream_options: { include_usage: true } };
const message = { model: "claude", max_tokens: 64, messages: chatCall.messages, stream: true };

const long = Array.from(
  { length: 120 },
  (_, i) => ["a", "é", "世界", "🌍", "\\n\n", '"'][i % 6] ?? "",
);

const calls: [string, string, unknown][] = [
  ["chat", "/openai/v1/chat/completions", chatCall],
  ["a chat stream", "/openai/v1/chat/completions", streaming],
  ["a chat stream with usage", "/openai/v1/chat/completions", withUsage],
  [
    "a chat stream with options but without usage",
    "/openai/v1/chat/completions",
    { ...streaming, stream_options: { include_usage: false, continuous_usage_stats: true } },
  ],
  ["a completion stream", "/openai/v1/completions", { model: "m", prompt: "x", stream: true }],
  ["a response", "/openai/v1/responses", { model: "gpt-5", input: "x" }],
  ["a response stream", "/openai/v1/responses", { model: "gpt-5", input: "x", stream: true }],
  ["embeddings", "/openai/v1/embeddings", { model: "e", input: "x" }],
  ["a message", "/anthropic/v1/messages", { ...message, stream: false }],
  ["a message stream", "/anthropic/v1/messages", message],
];

const scripts: [string, Script][] = [
  ["plain", {}],
  ["multi-byte text in pieces of 7 bytes", { tokens: long, pieceBytes: 7 }],
  ["a huge chunk", { tokens: ["x".repeat(3_000_000)] }],
  ["CR LF cut in pieces of 1 byte", { newline: "\r\n", pieceBytes: 1 }],
  ["CR alone", { newline: "\r", pieceBytes: 3 }],
  ["a tool call", { toolCall: { name: "weather", args: ['{"city":', '"Köln"}'] } }],
  [
    "HTTP 429",
    { status: 429, body: { error: { message: "Slow down", code: "rate_limit_exceeded" } } },
  ],
  ["HTTP 500 without JSON", { status: 500, body: "<h1>Oops</h1>" }],
  ["an error event", { errorAfter: 3 }],
  ["cut off", { cutAfter: 3 }],
  ["cut off within an event", { pieceBytes: 41, cutAfter: 11 }],
  ["cut off before the body", { cutAfter: 0 }],
  ["gzip", { encoding: "gzip", pieceBytes: 50 }],
  ["brotli", { encoding: "br", pieceBytes: 50 }],
  ["an unknown encoding", { encoding: "unknown" }],
  ["no usage at all", { usage: "never" }],
];

describe("the caller gets what the upstream sends without the proxy", () => {
  for (const [what, path, body] of calls) {
    for (const [how, script] of scripts) {
      it(`${what}: ${how}`, async () => {
        const { url, fake } = await startProxy(script);
        const direct = await raw(fake.url + path.replace(/^\/\w+/, ""), body);
        const proxied = await raw(url + path, body);
        expect(proxied.status).toBe(direct.status);
        expect(proxied.cut).toBe(direct.cut);
        const [first, second] = fake.received;
        const asked = first?.body.equals(second?.body ?? Buffer.alloc(0)) === false;
        if (!asked || script.encoding === undefined) {
          expect(withoutHop(proxied.headers)).toEqual(withoutHop(direct.headers));
        }
        if (asked && script.encoding === "unknown") {
          // What cannot be read cannot be undone either: it passes as it is.
          expect(proxied.body.equals(second?.sent ?? Buffer.alloc(0))).toBe(true);
        } else if (asked && script.encoding !== undefined) {
          // It is undone in plain text, so the caller gets plain text.
          fake.script = {};
          const plain = await raw(fake.url + path.replace(/^\/\w+/, ""), body);
          expect(withoutHop(proxied.headers)).toEqual(withoutHop(plain.headers));
          expect(proxied.body.equals(plain.body)).toBe(true);
        } else if (asked && script.pieceBytes !== undefined && script.cutAfter !== undefined) {
          // The same number of bytes is another place in a stream with usage: both begin alike.
          expect(proxied.body.length).toBeGreaterThan(200);
          expect(direct.body.subarray(0, 200)).toEqual(proxied.body.subarray(0, 200));
        } else {
          expect(proxied.body.equals(direct.body)).toBe(true);
        }
      });
    }
  }
});

function withoutHop(headers: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { date, connection, "keep-alive": alive, "transfer-encoding": coding, ...rest } = headers;
  return rest;
}

describe("many calls at once", () => {
  it("do not mix, and each makes one event", async () => {
    const { url, fake, intake } = await startProxy({ tokens: long, pieceBytes: 1_000 });
    const kinds = calls.map(([, path, body]) => ({ path, body }));
    const direct = await Promise.all(
      kinds.map(({ path, body }) => raw(fake.url + path.replace(/^\/\w+/, ""), body)),
    );
    const count = 8;
    await Promise.all(
      Array.from({ length: count }).flatMap(() =>
        kinds.map(async ({ path, body }, index) => {
          const answer = await raw(url + path, body);
          expect(answer.body.equals(direct[index]?.body ?? Buffer.alloc(0))).toBe(true);
        }),
      ),
    );
    await intake.event(count * kinds.length - 1);
    expect(new Set(intake.events.map(({ id }) => id)).size).toBe(count * kinds.length);
    expect(intake.events.length).toBe(count * kinds.length);
    expect(intake.events.every(({ status, usage }) => status === "success" && usage)).toBe(true);
  });
});

describe("the way of the bytes", () => {
  it("[P1] hands on each chunk as it comes, before the answer ends", async () => {
    const gates = [latch(), latch()];
    const { url, fake } = await startProxy({ gate: (piece) => gates[piece - 1]?.opened });
    const socket = await open(url);
    socket.write(httpPost("/proxy/openai/v1/chat/completions", JSON.stringify(streaming)));
    const received = reader(socket);
    await received.until('"role":"assistant"');
    expect(fake.received[0]?.sent.includes("Hel")).toBe(false);
    gates[0]?.open();
    await received.until('"Hel"');
    gates[1]?.open();
    await received.until("[DONE]");
    socket.destroy();
  });

  it("[P1] keeps status line, header names, their order and repeated headers", async () => {
    const upstream = await startServer(
      createServer((_, response) => {
        response.sendDate = false;
        response.writeHead(207, "Quite Alright", [
          "X-CaSe",
          "One",
          "set-cookie",
          "a=1",
          "Set-Cookie",
          "b=2",
          "Connection",
          "X-Private",
          "X-Private",
          "hop",
          "Content-Length",
          "2",
        ]);
        response.end("{}");
      }),
    );
    const { url } = await startProxy({}, { upstreams: [upstreamAt("raw", upstream)] });
    const socket = await open(url);
    socket.write(httpPost("/proxy/raw/v1/chat/completions", JSON.stringify(chatCall)));
    const text = await reader(socket).until("{}");
    socket.destroy();
    expect(text.startsWith("HTTP/1.1 207 Quite Alright\r\n")).toBe(true);
    const lines = "X-CaSe: One\r\nset-cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 2\r\n";
    expect(text).toContain(lines);
    expect(text).not.toContain("X-Private");
  });

  it("gives no length for a stream that it shortens", async () => {
    const body = 'data: {"choices":[{}],"usage":null}\n\ndata: {"choices":[],"usage":{}}\n\n';
    const upstream = await startServer(
      createServer((_, response) => {
        const headers = { "content-type": "text/event-stream", "content-length": body.length };
        response.writeHead(200, headers).end(body);
      }),
    );
    const { url } = await startProxy({}, { upstreams: [upstreamAt("raw", upstream)] });
    const answer = await raw(`${url}/raw/v1/chat/completions`, streaming);
    expect([answer.cut, String(answer.body)]).toEqual([false, 'data: {"choices":[{}]}\n\n']);
  });

  it("passes trailers on", async () => {
    const upstream = await startServer(
      createServer((_, response) => {
        response.writeHead(200, { trailer: "X-Sum", "content-type": "application/json" });
        response.write("{}");
        response.addTrailers({ "X-Sum": "42" });
        response.end();
      }),
    );
    const { url } = await startProxy({}, { upstreams: [upstreamAt("raw", upstream)] });
    const socket = await open(url);
    socket.write(httpPost("/proxy/raw/v1/models", "{}"));
    expect(await reader(socket).until("X-Sum: 42")).toContain("0\r\nX-Sum: 42\r\n");
    socket.destroy();
  });

  const slow: [string, string, string][] = [
    ["a file", "/proxy/raw/v1/files/x/content", ""],
    ["an answer that is read", "/proxy/raw/v1/chat/completions", JSON.stringify(chatCall)],
    ["a stream that is edited", "/proxy/raw/v1/chat/completions", JSON.stringify(streaming)],
  ];
  for (const [what, path, call] of slow) {
    it(`stops reading from the upstream when the caller stops: ${what}`, async () => {
      let written = 0;
      const stalled = latch();
      const chunk = Buffer.from(`data: {"choices":[{}],"pad":"${"x".repeat(256 * 1024)}"}\n\n`);
      const total = 200;
      const upstream = await startServer(
        createServer((_, response) => {
          response.writeHead(200, { "content-type": "text/event-stream" });
          const more = (): void => {
            while (written < total) {
              written++;
              if (!response.write(chunk)) {
                response.once("drain", more);
                return;
              }
            }
            response.end();
          };
          more();
          void quiet(() => written).then(stalled.open);
        }),
      );
      const { url } = await startProxy({}, { upstreams: [upstreamAt("raw", upstream)] });
      const socket = await open(url);
      socket.write(httpPost(path, call));
      socket.pause();
      await stalled.opened;
      expect(written).toBeGreaterThan(0);
      expect(written).toBeLessThan(total);
      let bytes = 0;
      socket.on("data", (data) => {
        bytes += data.length;
      });
      socket.resume();
      while (bytes < total * chunk.length) await once(socket, "data");
      expect(written).toBe(total);
      socket.destroy();
    });
  }

  it("[P4] never ends an answer well that broke off, even for HTTP/1.0", async () => {
    const seen = latch();
    const gate = (piece: number): Promise<void> | undefined =>
      piece === 3 ? seen.opened : undefined;
    const { url } = await startProxy({ cutAfter: 3, gate });
    const socket = await open(url);
    const body = JSON.stringify(streaming);
    socket.write(
      `POST /proxy/openai/v1/chat/completions HTTP/1.0\r\ncontent-length: ${body.length}\r\n\r\n${body}`,
    );
    const error = once(socket, "error");
    await reader(socket).until('"lo"');
    seen.open();
    expect((await error)[0]).toHaveProperty("code", "ECONNRESET");
  });
});

/** Resolves once `count` has not changed for many turns of the event loop. */
async function quiet(count: () => number): Promise<void> {
  let before = count();
  for (let turns = 0; turns < 20_000; turns++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (count() === before) continue;
    before = count();
    turns = 0;
  }
}

async function open(url: string): Promise<ReturnType<typeof connect>> {
  const socket = connect(Number(new URL(url).port), "127.0.0.1");
  await once(socket, "connect");
  return socket;
}

function httpPost(path: string, body: string): string {
  const length = Buffer.byteLength(body);
  return `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\n\r\n${body}`;
}

function reader(socket: ReturnType<typeof connect>): { until(text: string): Promise<string> } {
  let received = "";
  socket.on("data", (data) => {
    received += data.toString();
  });
  return {
    async until(text) {
      while (!received.includes(text)) await once(socket, "data");
      return received;
    },
  };
}
