/** What `GET /api/v1/series` can draw. Sums are per step, `error_rate` is 0..1, cost US dollars. */
export const SERIES_METRICS = [
  "requests",
  "errors",
  "prompt_tokens",
  "completion_tokens",
  "tokens",
  "cost",
  "avg_latency_ms",
  "p50_latency_ms",
  "p95_latency_ms",
  "p99_latency_ms",
  "p50_ttft_ms",
  "p95_ttft_ms",
  "p99_ttft_ms",
  "error_rate",
] as const;

/** What a series can be split by. */
export const SERIES_GROUPS = [
  "model",
  "provider",
  "status",
  "service",
  "user_id",
  "organization_id",
  "api_key",
] as const;

export type SeriesMetric = (typeof SERIES_METRICS)[number];
export type SeriesGroup = (typeof SERIES_GROUPS)[number];
