import type { SeriesGroup, SeriesMetric, Severity } from "@telltale/protocol";
import type { Query } from "@telltale/protocol/query";

/** Finished requests that ended in a span of time and pass the query. */
export interface Scope {
  /** Unix ms, inclusive. */
  readonly from: number;
  /** Unix ms, exclusive. */
  readonly to: number;
  readonly query?: Query | undefined;
}

/** What can be computed of requests: the metrics of series, and how much is not known. */
export type FigureName = SeriesMetric | "unknown_cost_requests" | "unknown_usage_requests";

/** Figures by group; `values` in the order of `figures`, null where nothing is known. */
export interface BreakdownQuery extends Scope {
  readonly figures: readonly FigureName[];
  readonly groupBy?: SeriesGroup | undefined;
  /** Most of this first. */
  readonly sortBy: FigureName;
  readonly limit: number;
}

export interface Breakdown {
  readonly rows: readonly {
    readonly group: string | null;
    readonly values: readonly (number | null)[];
  }[];
  /** Groups there are, those beyond the limit included. */
  readonly groups: number;
}

/** A figure, and how sure it is as a sample of what could have happened. */
export interface Estimate {
  readonly value: number | null;
  /** Requests it is made of. */
  readonly count: number;
  /** Null where none can be given. */
  readonly standardError: number | null;
}

export interface EvidenceQuery extends Scope {
  readonly metrics: readonly SeriesMetric[];
}

export interface FailuresQuery extends Scope {
  readonly limit: number;
  /** Length of a point of the trend, ms. */
  readonly step: number;
}

/** Failures that differ only in numbers, ids, addresses and the like. */
export interface FailureGroup {
  readonly type: string;
  readonly provider: string | null;
  /** With `<n>`, `<id>`, … for what differs. */
  readonly message: string;
  /** The newest one's message. */
  readonly example: string;
  /** Id of the newest one. */
  readonly newest: string;
  readonly count: number;
  /** Unix ms. */
  readonly firstSeen: number;
  readonly lastSeen: number;
  readonly severity: Severity;
  readonly statusCodes: readonly number[];
  /** Most first. */
  readonly models: readonly (readonly [model: string, count: number])[];
  /** Different users there were, and some of those with most. */
  readonly userCount: number;
  readonly users: readonly string[];
  /** `[start, count]`, oldest first; steps without any are left out. */
  readonly trend: readonly (readonly [number, number])[];
}

export interface Failures {
  readonly groups: readonly FailureGroup[];
  /** Groups there are, those beyond the limit included. */
  readonly total: number;
}

/** What a heat map can show. */
export const HEATMAP_METRICS = [
  "latency_ms",
  "ttft_ms",
  "inter_token_latency_ms",
  "queue_ms",
  "total_tokens",
  "prompt_tokens",
  "completion_tokens",
  "cost",
] as const;

export type HeatmapMetric = (typeof HEATMAP_METRICS)[number];

export interface HeatmapQuery extends Scope {
  readonly metric: HeatmapMetric;
  readonly step: number;
  /** Buckets from a value to its double. */
  readonly perDoubling: number;
}

/**
 * `[start of the step, bucket, requests]`; bucket `b` holds values from `2^(b / perDoubling)` up to the
 * next. Values of zero are in bucket null.
 */
export type HeatmapCell = readonly [start: number, bucket: number | null, count: number];

/** What a history can say about many requests at once. Errors: `StorageError`. */
export interface Analytics {
  breakdown(query: BreakdownQuery): Promise<Breakdown>;
  /** An estimate per metric, in their order. */
  evidence(query: EvidenceQuery): Promise<readonly Estimate[]>;
  failures(query: FailuresQuery): Promise<Failures>;
  heatmap(query: HeatmapQuery): Promise<readonly HeatmapCell[]>;
}
