import type { ServerResponse } from "node:http";
import type { Pass } from "../access/passes.ts";
import type { Socket } from "./connection.ts";
import type { StreamRequest } from "./request.ts";
import type { Source } from "./source.ts";

/**
 * The stream as server-sent events (WHATWG HTML, "Server-sent events"). The id of an event is the
 * position, so that a browser's `Last-Event-ID` resumes by itself.
 */
export function openEventStream(
  response: ServerResponse,
  { hub, release }: Source,
  { subscription, since }: StreamRequest,
  pass: Pass,
): void {
  response.writeHead(200, {
    "content-type": "text/event-stream; charset=utf-8",
    "cache-control": "no-cache, no-transform",
    // nginx holds answers back otherwise.
    "x-accel-buffering": "no",
  });
  const socket: Socket = {
    write: (frames) => response.write(frames.events()),
    get buffered() {
      return response.writableLength;
    },
    close: () => response.end(),
    terminate: () => response.destroy(),
  };
  const connection = hub.join(socket, subscription, since);
  const over = pass.watch(() => response.end());
  const leave = (): void => {
    over();
    hub.leave(connection);
    release?.();
  };
  if (response.destroyed) leave();
  else response.on("close", leave);
  response.on("error", () => undefined);
}
