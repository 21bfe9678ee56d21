import type { IncomingMessage } from "node:http";
import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Pass } from "../access/passes.ts";
import { CAPABILITIES, type Hub } from "../stream/hub.ts";
import { type Replays, TooManyReplaysError } from "../stream/replay/replays.ts";
import { readStreamRequest, type StreamRequest } from "../stream/request.ts";
import { StreamRequestError } from "../stream/request-error.ts";
import type { Source } from "../stream/source.ts";
import { openEventStream } from "../stream/sse.ts";
import { ProblemError } from "./problem.ts";

export const STREAM_PATH = "/metrics/stream";

/**
 * What the address of a stream asks for.
 *
 * @throws {ProblemError} 400
 */
export function streamRequestOf(request: IncomingMessage): StreamRequest {
  const { searchParams } = new URL(request.url ?? "/", "http://localhost");
  const lastEventId = request.headers["last-event-id"];
  try {
    return readStreamRequest(searchParams, Array.isArray(lastEventId) ? undefined : lastEventId);
  } catch (error) {
    if (!(error instanceof StreamRequestError)) throw error;
    const { parameter, details, message } = error;
    throw new ProblemError("invalid_query", message, { parameter, ...details });
  }
}

export interface StreamSources {
  readonly hub: Hub;
  readonly replays: Replays;
}

/**
 * What a stream is fed from: now, or the past.
 *
 * @throws {ProblemError} 503
 */
export async function sourceOf(
  { replay, since }: StreamRequest,
  { hub, replays }: StreamSources,
): Promise<Source> {
  if (replay === undefined) return { hub, capabilities: CAPABILITIES };
  try {
    return await replays.open(replay, since);
  } catch (error) {
    if (!(error instanceof TooManyReplaysError)) throw error;
    const headers = { "retry-after": String(error.retryAfter) };
    throw new ProblemError("replays_busy", error.message, {}, headers);
  }
}

export interface StreamOptions extends StreamSources {
  /** Under which permission a request streams. */
  readonly pass: (request: FastifyRequest) => Pass;
}

/** The stream for those who can not open a WebSocket: server-sent events or long polls, by Accept. */
export function registerStream(app: FastifyInstance, sources: StreamOptions): void {
  app.get(STREAM_PATH, async (request, reply) => {
    const accept = request.headers.accept ?? "";
    if (accept.includes("text/event-stream")) {
      const stream = streamRequestOf(request.raw);
      const source = await sourceOf(stream, sources);
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) reply.raw.setHeader(name, value);
      }
      reply.hijack();
      openEventStream(reply.raw, source, stream, sources.pass(request));
      return reply;
    }
    if (accept.includes("application/json")) {
      const stream = streamRequestOf(request.raw);
      const { subscription, since, wait } = stream;
      const gone = new AbortController();
      request.raw.once("close", () => gone.abort());
      const source = await sourceOf(stream, sources);
      // The answer is what there is by then; the next poll is told why.
      const over = sources.pass(request).watch(() => gone.abort());
      const frames = await source.hub.poll(subscription, since, wait, gone.signal).finally(() => {
        over();
        source.release?.();
      });
      return reply
        .type("application/json; charset=utf-8")
        .header("cache-control", "no-store")
        .send(frames.array());
    }
    const headers = { upgrade: "websocket", connection: "Upgrade" };
    throw new ProblemError(
      "upgrade_required",
      "Open this address as a WebSocket, or ask with Accept: text/event-stream or application/json",
      {},
      headers,
    );
  });
}
