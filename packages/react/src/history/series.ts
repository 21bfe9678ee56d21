import type { SeriesGroup, SeriesMetric } from "@telltale/protocol";

/** What the server keeps per step. Counts and sums are per step, `error_rate` is 0..1, cost US dollars. */
export type HistoryMetric = SeriesMetric;

/** What a history can be split by. */
export type HistoryGroup = SeriesGroup;

/** A point in time: Unix ms, RFC 3339, or a `Date`. */
export type HistoryTime = number | string | Date;

/** One line of a history. */
export interface HistorySeries {
  /** The value of `groupBy`; null without it, and for requests that have none. */
  readonly group: string | null;
  /** Start of the step (Unix ms) and value, oldest first; steps without data are left out. */
  readonly points: readonly (readonly [time: number, value: number])[];
}
