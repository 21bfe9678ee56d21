import type { SeriesGroup, SeriesMetric } from "@telltale/protocol";
import { get, query } from "./rest.ts";

/** Who or what has how much of a metric. */
export interface BreakdownRow {
  readonly group: string | null;
  readonly value: number | null;
  readonly requests: number;
  /** 0..1, of what can be added up. */
  readonly share?: number;
}

export interface Breakdown {
  readonly total: number | null;
  /** Most first. */
  readonly rows: readonly BreakdownRow[];
  /** How many there are, shown or not. */
  readonly groups: number;
}

export interface BreakdownQuestion {
  readonly metric: SeriesMetric;
  readonly group: SeriesGroup;
  /** Unix ms. */
  readonly from: number;
  readonly to: number;
  /** In the filter language. */
  readonly q?: string | undefined;
  readonly limit: number;
}

export async function fetchBreakdown(
  { metric, group, from, to, q, limit }: BreakdownQuestion,
  signal: AbortSignal,
): Promise<Breakdown> {
  const search = query({ metric, group_by: group, from, to, q, limit });
  return (await get(`/api/v1/breakdown?${search}`, signal)) as Breakdown;
}
