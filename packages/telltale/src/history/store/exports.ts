import type { RequestFilter } from "./request-filter.ts";

/** What a file of requests can be. */
export const TEXT_FORMATS = ["csv", "json", "ndjson"] as const;
export type TextFormat = (typeof TEXT_FORMATS)[number];

/**
 * The columns of exported files, named as the fields of a `request_update`; `time` is `created` for
 * people. Only finished requests are exported.
 */
export const EXPORT_COLUMNS = [
  "id",
  "created",
  "time",
  "model",
  "provider",
  "status",
  "latency_ms",
  "ttft_ms",
  "queue_ms",
  "streaming",
  "prompt_tokens",
  "completion_tokens",
  "total_tokens",
  "cached_tokens",
  "cache_write_tokens",
  "reasoning_tokens",
  "usage",
  "cost",
  "error_type",
  "error_message",
  "stack_trace",
  "status_code",
  "finish_reason",
  "endpoint",
  "user_id",
  "organization_id",
  "service",
  "api_key",
  "trace_id",
  "response_id",
  "service_tier",
  "attributes",
  "source",
  "demo",
] as const;

export type ExportColumn = (typeof EXPORT_COLUMNS)[number];

/** Requests that were stored when the export began. */
export interface ExportSelection {
  readonly filter: RequestFilter;
  readonly columns: readonly ExportColumn[];
}

export interface TextExport {
  /** Requests in it. */
  readonly total: number;
  /** Pieces of whole rows, each made when it is asked for; in the order of storing. */
  readonly parts: AsyncIterable<string>;
}

/** Taking requests out as files, and bringing such files in. Errors: `StorageError`. */
export interface Exports {
  exportText(selection: ExportSelection, format: TextFormat): Promise<TextExport>;
  /**
   * Writes a Parquet file.
   *
   * @returns the number of requests in it.
   */
  exportParquet(selection: ExportSelection, file: string): Promise<number>;
  /** The rows of a Parquet file as JSON objects, a few thousand at a time. */
  readParquet(file: string): AsyncIterable<readonly string[]>;
  /** Which of these ids belong to finished requests that began between the two times, Unix ms. */
  finishedIds(ids: readonly string[], from: number, to: number): Promise<ReadonlySet<string>>;
}
