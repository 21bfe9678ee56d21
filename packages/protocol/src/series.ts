/**
 * What `GET /api/v1/series` can draw. Counts and sums are per step, rates per second of the step;
 * `error_rate` is 0..1, cost US dollars, latencies ms. `p999` is the 99.9th percentile.
 */
export const SERIES_METRICS = [
  "requests",
  "errors",
  "prompt_tokens",
  "completion_tokens",
  "tokens",
  "cached_tokens",
  "reasoning_tokens",
  "cost",
  "requests_per_second",
  "tokens_per_second",
  "error_rate",
  "avg_latency_ms",
  "max_latency_ms",
  "p50_latency_ms",
  "p75_latency_ms",
  "p90_latency_ms",
  "p95_latency_ms",
  "p99_latency_ms",
  "p999_latency_ms",
  "avg_ttft_ms",
  "p50_ttft_ms",
  "p75_ttft_ms",
  "p90_ttft_ms",
  "p95_ttft_ms",
  "p99_ttft_ms",
  "p999_ttft_ms",
  "inter_token_latency_ms",
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
  "endpoint",
  "error_type",
] as const;

/** One of {@link SERIES_METRICS}. */
export type SeriesMetric = (typeof SERIES_METRICS)[number];
/** One of {@link SERIES_GROUPS}. */
export type SeriesGroup = (typeof SERIES_GROUPS)[number];
