import type { Readable } from "node:stream";
import type { Dispatcher } from "undici";
import { type HeaderLines, headerOf } from "./headers.ts";

export interface UpstreamRequest {
  readonly origin: string;
  /** Request target. */
  readonly path: string;
  readonly method: string;
  readonly headers: HeaderLines;
  readonly body: Buffer | Readable | null;
}

/** The head of an upstream's answer, as it was sent. */
export interface Answer {
  readonly status: number;
  readonly reason: string;
  readonly headers: HeaderLines;
}

export interface ExchangeEvents {
  answer(answer: Answer): void;
  /** False asks for a pause until `resume`. */
  data(chunk: Buffer): boolean;
  end(trailers: HeaderLines): void;
  /** Nothing follows. Not called after `abort`. */
  error(error: Error): void;
}

/** One request to an upstream and its answer. */
export interface Exchange {
  resume(): void;
  abort(): void;
}

/** Sends `request`; what comes back is handed on as it arrives, bytes untouched. */
export function exchange(
  dispatcher: Dispatcher,
  request: UpstreamRequest,
  events: ExchangeEvents,
): Exchange {
  let controller: Dispatcher.DispatchController | null = null;
  let aborted = false;
  const cancel = (): void => controller?.abort(new Error("The caller is gone"));
  const options = {
    origin: request.origin,
    path: request.path,
    method: request.method,
    headers: [...request.headers],
    body: request.body,
  };
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(started) {
      controller = started;
      if (aborted) cancel();
    },
    onResponseStart(started, status, _headers, reason) {
      // 1xx answers are notes on the way; the final one follows.
      if (status < 200) return;
      events.answer({ status, reason: reason ?? "", headers: linesOf(started.rawHeaders) });
    },
    onResponseData(started, chunk) {
      if (!events.data(chunk)) started.pause();
    },
    onResponseEnd(ended) {
      events.end(linesOf(ended.rawTrailers));
    },
    onResponseError(_controller, error) {
      if (!aborted) events.error(error);
    },
  };
  try {
    dispatcher.dispatch(options, handler);
  } catch (error) {
    // Undici throws for headers it will not send; that is no reason to hang.
    queueMicrotask(() => events.error(error instanceof Error ? error : new Error(String(error))));
  }
  return {
    resume: () => controller?.resume(),
    abort() {
      aborted = true;
      cancel();
    },
  };
}

function linesOf(raw: Dispatcher.DispatchController["rawHeaders"]): string[] {
  if (!Array.isArray(raw)) return [];
  return raw.map((text) => (typeof text === "string" ? text : text.toString("latin1")));
}

/** Whether a request of these headers has a body (RFC 9112 6.3). */
export function hasBody(headers: HeaderLines): boolean {
  const length = headerOf(headers, "content-length");
  return headerOf(headers, "transfer-encoding") !== null || (length !== null && length !== "0");
}
