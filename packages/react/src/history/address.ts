import type { HistoryTime } from "./series.ts";

/** What is asked of the history. */
export interface HistoryQuestion {
  metric: string;
  from?: HistoryTime | undefined;
  to?: HistoryTime | undefined;
  step?: number | string | undefined;
  groupBy?: string | undefined;
}

/** Whole seconds, the server's finest step, so that a `Date.now()` in a render is not always new. */
function time(value: HistoryTime | undefined): string | undefined {
  if (value === undefined || typeof value === "string") return value;
  return String(Math.floor(Number(value) / 1_000) * 1_000);
}

/** The query string of a question. */
export function seriesQuery({ metric, from, to, step, groupBy }: HistoryQuestion): string {
  const parts = { metric, from: time(from), to: time(to), step, group_by: groupBy };
  return Object.entries(parts)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value))}`)
    .join("&");
}
