import type { RateLimitUpdate } from "@telltale/protocol";
import type { RequestEvent } from "./event.ts";

export interface IngestResult {
  /** Events that changed something. */
  readonly accepted: number;
  /** Events that repeat what is known. */
  readonly duplicates: number;
}

/** Where a span stands in its trace. */
export interface SpanLink {
  /** 32 hexadecimal digits, lower case. */
  readonly traceId: string;
  /** 16 hexadecimal digits, lower case. */
  readonly spanId: string;
  /** Null for a root. */
  readonly parentSpanId: string | null;
  /** Work between two calls of models, which are then not the same call. */
  readonly tool: boolean;
}

/** What the doors hand events to. */
export interface Intake {
  /**
   * Resolves once the events are on disk and shown.
   *
   * @param links the spans that came along, calls or not: what the events were made within
   * @throws {OverloadedError} when too many events wait for the disk; retry later.
   * @throws {StorageError} when they could not be stored; nothing of them is kept.
   */
  ingest(events: readonly RequestEvent[], links?: readonly SpanLink[]): Promise<IngestResult>;
  /** Shows a running request, tokens so far included. Live only: never stored, never counted. */
  progress(event: RequestEvent): void;
  rateLimit(update: RateLimitUpdate): void;
}

export class OverloadedError extends Error {
  override readonly name = "OverloadedError";
  /** s. */
  readonly retryAfter: number;
  constructor(retryAfter: number) {
    super("Too many events wait to be stored");
    this.retryAfter = retryAfter;
  }
}
