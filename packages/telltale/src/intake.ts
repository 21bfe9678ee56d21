import type { RateLimitUpdate } from "@telltale/protocol";
import type { RequestEvent } from "./event.ts";

export interface IngestResult {
  /** Events that changed something. */
  readonly accepted: number;
  /** Events that repeat what is known. */
  readonly duplicates: number;
}

/** What the doors hand events to. */
export interface Intake {
  /**
   * Resolves once the events are on disk and shown.
   *
   * @throws {OverloadedError} when too many events wait for the disk; retry later.
   * @throws {StorageError} when they could not be stored; nothing of them is kept.
   */
  ingest(events: readonly RequestEvent[]): Promise<IngestResult>;
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
