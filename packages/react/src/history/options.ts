import type { HistoryGroup, HistoryMetric, HistorySeries, HistoryTime } from "./series.ts";

/** What `useHistory` asks for. */
export interface HistoryOptions {
  metric: HistoryMetric;
  /** Default: an hour before `to`. Whole seconds count, as for `to`. */
  from?: HistoryTime | undefined;
  /** Default: now, at each refresh anew. */
  to?: HistoryTime | undefined;
  /** Width of a step, at least a second: ms, or such as `10s`, `5m`, `1h`. Default: about 300 steps. */
  step?: number | string | undefined;
  /** One line per value of this. Default: one line. */
  groupBy?: HistoryGroup | undefined;
  /** Asks again this long after each answer, ms, at least 1000. Default: never. */
  refreshInterval?: number | undefined;
  /** Where `/api/v1/series` is. Default: derived from the provider's `url`. */
  baseUrl?: string | undefined;
}

/** What `useHistory` returns. */
export interface History {
  /** Empty until there is an answer; of the range or refresh before while there is no newer one. */
  series: readonly HistorySeries[];
  /** Width of a step, ms; null until there is an answer. */
  stepMs: number | null;
  /** True while there is neither an answer nor an error to this question. */
  isLoading: boolean;
  error: Error | null;
  /** Asks again now. */
  refetch: () => void;
}
