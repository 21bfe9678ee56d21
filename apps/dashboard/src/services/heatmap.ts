import { get, query } from "./rest.ts";

/** What a heat map can show, as the API calls it. */
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

export interface HeatmapBucket {
  /** null holds the values that are zero. */
  readonly bucket: number | null;
  readonly low: number;
  readonly high: number;
}

export interface Heatmap {
  /** Unix ms. */
  readonly from: number;
  readonly to: number;
  readonly step_ms: number;
  /** Lowest first; those without any request between them are left out. */
  readonly buckets: readonly HeatmapBucket[];
  /** `[start of the step in Unix ms, bucket, requests]`, none empty. */
  readonly cells: readonly (readonly [number, number | null, number])[];
}

export interface HeatmapQuestion {
  readonly metric: HeatmapMetric;
  /** Unix ms. */
  readonly from: number;
  readonly to: number;
  /** ms. */
  readonly step: number;
  /** In the filter language. */
  readonly q?: string | undefined;
}

/** Buckets from a value to its double: each is 41% above the one below. */
const PER_DOUBLING = 2;

export async function fetchHeatmap(
  { metric, from, to, step, q }: HeatmapQuestion,
  signal: AbortSignal,
): Promise<Heatmap> {
  const search = query({ metric, from, to, step, q, per_doubling: PER_DOUBLING });
  return (await get(`/api/v1/heatmap?${search}`, signal)) as Heatmap;
}
