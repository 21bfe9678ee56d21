import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { brotliCompressSync, deflateSync, gzipSync } from "node:zlib";
import { messageBody, messageStream } from "./fake-upstream-anthropic.ts";
import {
  chatBody,
  chatStream,
  completionStream,
  embeddingBody,
  responseBody,
  responseStream,
} from "./fake-upstream-openai.ts";
import { type Script, sse, tokensOf, type Wanted } from "./fake-upstream-script.ts";

export type { Script } from "./fake-upstream-script.ts";

/** One request that arrived, and what was sent back. */
export interface Received {
  readonly method: string;
  /** Request target as it came. */
  readonly url: string;
  /** Name, value, name, value. */
  readonly headers: readonly string[];
  readonly body: Buffer;
  /** Body bytes that were written so far. */
  sent: Buffer;
  /** Resolves when the connection is closed or the answer is out. */
  readonly closed: Promise<void>;
  /** The caller went away before the answer's end. */
  aborted: boolean;
}

/** An OpenAI- and Anthropic-compatible server on 127.0.0.1 that does as it is told. */
export interface FakeUpstream {
  /** Without a trailing slash or path. */
  readonly url: string;
  readonly received: readonly Received[];
  /** How it answers from now on. */
  script: Script;
  /** Resolves with the request of that index once it has arrived. */
  arrived(index: number): Promise<Received>;
  close(): Promise<void>;
}

export async function startFakeUpstream(script: Script = {}): Promise<FakeUpstream> {
  const received: Received[] = [];
  const waiting: { index: number; resolve: (request: Received) => void }[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const entry = record(request, response, body);
      received.push(entry);
      for (const { index, resolve } of waiting) {
        const found = received[index];
        if (found !== undefined) resolve(found);
      }
      return answer(fake.script, entry, response);
    });
  });
  const port = await listen(server);
  const fake: FakeUpstream = {
    url: `http://127.0.0.1:${port}`,
    received,
    script,
    arrived(index) {
      const found = received[index];
      if (found !== undefined) return Promise.resolve(found);
      return new Promise((resolve) => waiting.push({ index, resolve }));
    },
    close() {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
  return fake;
}

function listen(server: Server): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}

function record(request: IncomingMessage, response: ServerResponse, body: Buffer): Received {
  const { method = "", url = "", rawHeaders: headers } = request;
  const closed = new Promise<void>((resolve) => response.once("close", resolve));
  const sent = Buffer.alloc(0);
  const entry: Received = { method, url, headers, body, sent, closed, aborted: false };
  response.once("close", () => {
    entry.aborted = !response.writableFinished;
  });
  return entry;
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk);
  } catch {
    // The caller went away; what came is what there is.
  }
  return Buffer.concat(chunks);
}

interface Call {
  readonly stream?: boolean;
  readonly stream_options?: {
    readonly include_usage?: boolean;
    readonly continuous_usage_stats?: boolean;
  };
}

async function answer(script: Script, entry: Received, response: ServerResponse): Promise<void> {
  await script.gate?.(-1);
  const call = callOf(entry.body);
  const path = entry.url.split("?")[0] ?? "";
  const inference = /(completions|responses|embeddings|messages)$/.test(path);
  const refused = script.refusesStreamOptions === true && call.stream_options !== undefined;
  const status = refused ? 400 : (script.status ?? 200);
  const headers: Record<string, string> = { "x-request-id": "req_fake", ...script.headers };
  if (refused || script.body !== undefined || !inference) {
    const message = "Unrecognized request argument supplied: stream_options";
    const body = refused
      ? { error: { message, type: "invalid_request_error", param: null, code: null } }
      : (script.body ?? { object: "list", data: [{ id: "m", object: "model" }], path: entry.url });
    headers["content-type"] ??= "application/json";
    const text = typeof body === "string" ? body : JSON.stringify(body);
    await send(script, entry, response, status, headers, [Buffer.from(text)], true);
    return;
  }
  const streaming = call.stream === true;
  headers["content-type"] ??= streaming ? "text/event-stream; charset=utf-8" : "application/json";
  const pieces = streaming ? streamOf(script, path, call) : [Buffer.from(bodyFor(script, path))];
  await send(script, entry, response, status, headers, pieces, !streaming);
}

function callOf(body: Buffer): Call {
  try {
    return JSON.parse(body.toString("utf8"));
  } catch {
    return {};
  }
}

function wantedOf(script: Script, call: Call = {}): Wanted {
  const text = script.toolCall?.args ?? tokensOf(script);
  const includeUsage = script.usage !== "never" && call.stream_options?.include_usage === true;
  const completion = text.length + (script.reasoningTokens ?? 0);
  const everyChunk = includeUsage && call.stream_options?.continuous_usage_stats === true;
  return { script, includeUsage, everyChunk, completion, prompt: script.promptTokens ?? 12 };
}

function bodyFor(script: Script, path: string): string {
  const wanted = wantedOf(script);
  if (path.endsWith("/messages")) return JSON.stringify(messageBody(wanted));
  if (path.endsWith("/responses")) return JSON.stringify(responseBody(wanted));
  if (path.endsWith("/embeddings")) return JSON.stringify(embeddingBody(wanted));
  return JSON.stringify(chatBody(wanted));
}

function streamOf(script: Script, path: string, call: Call): Buffer[] {
  const wanted = wantedOf(script, call);
  const anthropic = path.endsWith("/messages");
  const events = anthropic
    ? messageStream(wanted)
    : path.endsWith("/responses")
      ? responseStream(wanted)
      : path.endsWith("/chat/completions")
        ? chatStream(wanted)
        : completionStream(wanted);
  if (script.errorAfter !== undefined) {
    const error = anthropic
      ? sse({ type: "error", error: { type: "overloaded_error", message: "Overloaded" } }, "error")
      : sse({ error: { message: "The engine died", type: "server_error", code: null } });
    events.splice(script.errorAfter, events.length, error);
  }
  const newline = script.newline ?? "\n";
  return events.map((event) => Buffer.from(event.replaceAll("\n", newline)));
}

async function send(
  script: Script,
  entry: Received,
  response: ServerResponse,
  status: number,
  headers: Record<string, string>,
  plain: readonly Buffer[],
  length: boolean,
): Promise<void> {
  const pieces = cutUp(encoded(script, plain), script.pieceBytes);
  if (script.encoding !== undefined) headers["content-encoding"] = script.encoding;
  if (length) headers["content-length"] = String(Buffer.concat(pieces).length);
  response.writeHead(status, headers);
  response.flushHeaders();
  for (const [index, piece] of pieces.entries()) {
    await script.gate?.(index);
    if (index === script.cutAfter || response.destroyed) break;
    if (index === script.endAfter) break;
    entry.sent = Buffer.concat([entry.sent, piece]);
    // The callback means that the kernel has it, so that a cut loses nothing of it.
    await new Promise<void>((resolve) => response.write(piece, () => resolve()));
  }
  if (script.cutAfter === undefined) response.end();
  else response.socket?.destroy();
}

function encoded(script: Script, pieces: readonly Buffer[]): readonly Buffer[] {
  if (script.encoding === undefined || script.encoding === "unknown") return pieces;
  const whole = Buffer.concat(pieces);
  if (script.encoding === "gzip") return [gzipSync(whole)];
  return [script.encoding === "br" ? brotliCompressSync(whole) : deflateSync(whole)];
}

function cutUp(pieces: readonly Buffer[], size: number | undefined): readonly Buffer[] {
  if (size === undefined) return pieces;
  const whole = Buffer.concat(pieces);
  const cut: Buffer[] = [];
  for (let at = 0; at < whole.length; at += size) cut.push(whole.subarray(at, at + size));
  return cut;
}
