import type { SeriesGroup, SeriesMetric } from "@telltale/protocol";
import type { Query } from "@telltale/protocol/query";
import type { RequestEvent } from "../event.ts";
import type { KnownIds, Span } from "../ids/port.ts";
import type { Analytics } from "./store/analysis.ts";
import type { Exports } from "./store/exports.ts";
import type { Playback } from "./store/playback.ts";
import type { RequestFilter } from "./store/request-filter.ts";
import type { HourCost, ModelTotals } from "./store/totals.ts";

export type { HourCost, KnownIds, ModelTotals, RequestFilter, Span };

/** A finished request, as far as another account of it can be recognised. */
export interface StoredAccount
  extends Pick<
    RequestEvent,
    "id" | "source" | "model" | "endpoint" | "created" | "latencyMs" | "traceId" | "responseId"
  > {
  /** Unix ms. */
  readonly storedAt: number;
}

/** A further account of a stored request: counted as a duplicate, its id known for 24 hours. */
export interface StoredJoin extends Pick<RequestEvent, "id" | "source" | "traceId" | "responseId"> {
  /** Id of the request. */
  readonly account: string;
  /** The counted span that it was made within, 16 hexadecimal digits. */
  readonly inside: string | null;
  /** Whether other accounts were made within its own span. */
  readonly encloses: boolean;
  /** Unix ms. */
  readonly storedAt: number;
}

/** Something more that is known of a stored request. */
export interface Amendment {
  readonly before: RequestEvent;
  /** Of the same id. */
  readonly after: RequestEvent;
}

/** What the live state needs to be as if the server had never stopped. */
export interface Restored {
  readonly totals: readonly ModelTotals[];
  /** Finished requests that ended after `windowFrom`, oldest first. */
  readonly window: readonly RequestEvent[];
  /** Newest finished requests, newest first. */
  readonly recent: readonly RequestEvent[];
  /** Newest failed requests, newest first. */
  readonly failed: readonly RequestEvent[];
  /** Requests that were acknowledged as in progress and have not finished. */
  readonly inProgress: readonly RequestEvent[];
  readonly costs: readonly HourCost[];
}

/** What tells a further account from a request that is new. */
export interface Remembered {
  /**
   * The newest of those that have a trace or response id: another account may come. Oldest first;
   * to be gone through once, decoded meanwhile.
   */
  readonly accounts: Iterable<StoredAccount>;
  /** Further accounts, in the order of storing. */
  readonly joins: readonly StoredJoin[];
}

export interface RestoreOptions {
  /** Unix ms. */
  readonly windowFrom: number;
  /** Unix ms. */
  readonly costsFrom: number;
  readonly recent: number;
}

/** By `created`, ties by the order of storing. */
export type RequestOrder = "newest" | "oldest";

export interface RequestPage {
  /** In the order asked for. */
  readonly requests: readonly RequestEvent[];
  /** Opaque; null on the last page. Stable while data arrive: no row twice, none left out. */
  readonly nextCursor: string | null;
}

/** Requests are placed by when they ended, as in the live windows. */
export interface SeriesQuery {
  readonly metric: SeriesMetric;
  /** Unix ms, inclusive. */
  readonly from: number;
  /** Unix ms, exclusive. */
  readonly to: number;
  /** ms. */
  readonly step: number;
  readonly groupBy?: SeriesGroup | undefined;
  /** Of the requests that pass; all without it. */
  readonly query?: Query | undefined;
}

/** One line: a point per step that has data; gaps are left out. */
export interface SeriesLine {
  readonly group: string | null;
  /** `[start of the step in Unix ms, value]`, oldest first. */
  readonly points: readonly (readonly [number, number])[];
}

/** What is kept no longer. Times are Unix ms; null keeps everything. */
export interface RetainOptions {
  /** Requests and their sums by the minute, stored before this. */
  readonly storedBefore: number | null;
  /** Sums by the hour of what was stored before this. The totals stay. */
  readonly rolledBefore: number | null;
  /** Requests in progress that nothing was heard of since. */
  readonly runningBefore: number | null;
  /** The oldest requests go until the history takes less; bytes. */
  readonly maxBytes: number | null;
}

export interface Retained {
  /** Finished requests that were deleted. */
  readonly requests: number;
  /** Size of the history on disk afterwards. */
  readonly bytes: number;
}

/** What is kept now. */
export interface Kept {
  /** Finished requests. */
  readonly requests: number;
  /** When the first of them was stored, Unix ms; null when there are none. */
  readonly oldestStoredAt: number | null;
  /** Bytes on disk that count against `maxBytes`. */
  readonly bytes: number;
}

/**
 * Where finished requests are kept. Every implementation passes the contract suite in the test kit.
 *
 * Errors: `append` rejects with `StorageFullError` when the disk is full and `StorageError`
 * otherwise; nothing of a rejected batch is stored. A batch is atomic.
 */
export interface HistoryStore extends Analytics, Exports, Playback {
  /**
   * Stores a batch and resolves once it is on disk. Finished events become rows; events in progress
   * are kept apart until an event of the same id finishes them.
   *
   * @param amendments what to make of finished requests that are stored, in the same commit
   * @param joins further accounts of finished requests, in the same commit
   */
  append(
    events: readonly RequestEvent[],
    storedAt: number,
    amendments?: readonly Amendment[],
    joins?: readonly StoredJoin[],
  ): Promise<void>;
  restore(options: RestoreOptions): Promise<Restored>;
  /** The ids of what was stored then, further accounts included. */
  storedIds(spans: readonly Span[]): Promise<readonly KnownIds[]>;
  /** What was stored after `from`, Unix ms. */
  remembered(from: number): Promise<Remembered>;
  requests(
    filter: RequestFilter,
    limit: number,
    cursor?: string,
    order?: RequestOrder,
  ): Promise<RequestPage>;
  /** Stored requests that pass, those in progress included. */
  count(filter: RequestFilter): Promise<number>;
  request(id: string): Promise<RequestEvent | null>;
  series(query: SeriesQuery): Promise<readonly SeriesLine[]>;
  /**
   * Brings the sums up to date from which long ranges are answered. It happens by itself every few
   * seconds; answers are the same before and after, only slower before.
   */
  rollUp(): Promise<void>;
  /** Deletes what is to be kept no longer and gives the disk back what that took. */
  retain(options: RetainOptions): Promise<Retained>;
  /** Told without going through it. */
  kept(): Promise<Kept>;
  /**
   * Writes a consistent copy of everything stored so far, while appends and reads go on.
   *
   * @throws {StorageError} when `file` exists.
   */
  backup(file: string): Promise<void>;
  close(): Promise<void>;
}

export class StorageError extends Error {
  override readonly name: string = "StorageError";
}

export class StorageFullError extends StorageError {
  override readonly name = "StorageFullError";
}

/** A cursor that this store did not make. */
export class CursorError extends Error {
  override readonly name = "CursorError";
}
