import { execFile } from "node:child_process";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { resolve } from "node:path";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import { afterEach, expect, test } from "vitest";
import type { RequestEvent } from "../src/event.ts";
import { decodeTraces } from "../src/ingest/otlp/traces.ts";
import { encodeResponse, type OtlpFormat } from "../src/ingest/otlp/wire.ts";

const application = resolve(import.meta.dirname, "otlp-application.cjs");
const servers: Server[] = [];

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

async function listen(handler: Handler): Promise<string> {
  const server = createServer((request, response) => {
    handler(request, response).catch((error) => response.writeHead(500).end(String(error)));
  }).listen(0, "127.0.0.1");
  servers.push(server);
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("No port");
  return `http://127.0.0.1:${address.port}`;
}

afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  }
});

const usage = { prompt_tokens: 100, completion_tokens: 12, total_tokens: 112 };
const head = { id: "chatcmpl-1", created: 1_700_000_000, model: "gpt-4o-mini-2024-07-18" };

/** Answers as the OpenAI API does. */
const upstream: Handler = async (request, response) => {
  const asked = JSON.parse((await buffer(request)).toString());
  if (asked.model === "busy") {
    const error = { message: "Rate limit reached", type: "requests", code: "rate_limit_exceeded" };
    response.writeHead(429, { "content-type": "application/json" });
    response.end(JSON.stringify({ error }));
  } else if (asked.stream) {
    response.writeHead(200, { "content-type": "text/event-stream" });
    const chunk = { ...head, object: "chat.completion.chunk" };
    const choice = { index: 0, delta: { content: "hello" }, finish_reason: "stop" };
    const chunks = [{ choices: [choice] }, { choices: [], usage }];
    for (const part of chunks) response.write(`data: ${JSON.stringify({ ...chunk, ...part })}\n\n`);
    response.end("data: [DONE]\n\n");
  } else {
    const message = { role: "assistant", content: "hello" };
    const choices = [{ index: 0, message, finish_reason: "stop" }];
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ ...head, object: "chat.completion", choices, usage }));
  }
};

test.each<[OtlpFormat, string, string]>([
  ["protobuf", "http/protobuf", "application/x-protobuf"],
  ["json", "http/json", "application/json"],
])(
  "an application that exports its calls in %s shows exactly those calls",
  async (format, protocol, contentType) => {
    const received: RequestEvent[] = [];
    const types: unknown[] = [];
    const collector = await listen(async (request, response) => {
      types.push([request.url, request.headers["content-type"]]);
      const { events, rejectedSpans, errorMessage } = decodeTraces(await buffer(request), format);
      received.push(...events);
      response.writeHead(200, { "content-type": contentType });
      response.end(encodeResponse(format, "traces", rejectedSpans, errorMessage));
    });
    await promisify(execFile)(process.execPath, [application], {
      env: {
        ...process.env,
        OPENAI_API_KEY: "none",
        OPENAI_BASE_URL: `${await listen(upstream)}/v1`,
        OTEL_EXPORTER_OTLP_ENDPOINT: collector,
        OTEL_EXPORTER_OTLP_TRACES_PROTOCOL: protocol,
        OTEL_SERVICE_NAME: "shop",
      },
    });

    expect(types).toEqual([["/v1/traces", contentType]]);
    const tokens = { input: 100, cacheRead: 0, cacheWrite: 0, output: 12, reasoning: 0 };
    const answered = {
      model: head.model,
      status: "success",
      usage: tokens,
      responseId: head.id,
      finishReason: "stop",
    };
    expect(received).toMatchObject([
      answered,
      answered,
      {
        model: "busy",
        status: "error",
        usage: null,
        statusCode: 429,
        failure: { type: "RateLimitError" },
      },
    ]);
    for (const event of received) {
      expect(event).toMatchObject({ provider: "openai", source: "otlp", endpoint: "chat" });
      expect(event.latencyMs).toBeGreaterThan(0);
      expect(Math.abs(event.created - Date.now())).toBeLessThan(60_000);
    }
    expect(new Set(received.map((event) => event.id)).size).toBe(3);
  },
);
