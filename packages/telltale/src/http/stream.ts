import type { IncomingMessage } from "node:http";
import type { FastifyInstance } from "fastify";
import type { Hub } from "../stream/hub.ts";
import { readStreamRequest, type StreamRequest, StreamRequestError } from "../stream/request.ts";
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
    throw new ProblemError("invalid_query", error.message, { parameter: error.parameter });
  }
}

/** The stream for those who can not open a WebSocket: server-sent events or long polls, by Accept. */
export function registerStream(app: FastifyInstance, hub: Hub): void {
  app.get(STREAM_PATH, async (request, reply) => {
    const accept = request.headers.accept ?? "";
    if (accept.includes("text/event-stream")) {
      const stream = streamRequestOf(request.raw);
      for (const [name, value] of Object.entries(reply.getHeaders())) {
        if (value !== undefined) reply.raw.setHeader(name, value);
      }
      reply.hijack();
      openEventStream(reply.raw, hub, stream);
      return reply;
    }
    if (accept.includes("application/json")) {
      const { subscription, since, wait } = streamRequestOf(request.raw);
      const gone = new AbortController();
      request.raw.once("close", () => gone.abort());
      const frames = await hub.poll(subscription, since, wait, gone.signal);
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
