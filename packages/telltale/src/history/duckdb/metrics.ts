import type { SeriesGroup, SeriesMetric } from "@telltale/protocol";

export const promptTokens = "(input_tokens + cache_read_tokens + cache_write_tokens)";
export const allTokens = `(${promptTokens} + output_tokens)`;
/** Time between the tokens of a request; NULL without a first token, where `greatest` alone would say 0. */
export const perToken =
  "CASE WHEN output_tokens > 1 AND latency_ms - ttft_ms IS NOT NULL THEN greatest(0, latency_ms - ttft_ms) / (output_tokens - 1) END";

/**
 * Percentiles are exact, by nearest rank (`quantile_disc`): a latency that somebody waited. What is
 * unknown is in no sum and no average, and a metric of nothing that is known is NULL.
 */
const percentile = (column: string, share: number): string => `quantile_disc(${column}, ${share})`;

/** Each metric over the rows at hand; `seconds` is an expression for the time they lie in. */
export const metricSql: Readonly<Record<SeriesMetric, (seconds: string) => string>> = {
  requests: () => "count(*)::DOUBLE",
  errors: () => "count_if(status = 'error')::DOUBLE",
  prompt_tokens: () => `sum(${promptTokens})::DOUBLE`,
  completion_tokens: () => "sum(output_tokens)::DOUBLE",
  tokens: () => `sum(${allTokens})::DOUBLE`,
  cached_tokens: () => "sum(cache_read_tokens)::DOUBLE",
  reasoning_tokens: () => "sum(reasoning_tokens)::DOUBLE",
  cost: () => "sum(cost)",
  requests_per_second: (seconds) => `count(*) / (${seconds})`,
  tokens_per_second: (seconds) => `sum(${allTokens})::DOUBLE / (${seconds})`,
  error_rate: () => "avg((status = 'error')::INTEGER)",
  avg_latency_ms: () => "avg(latency_ms)",
  max_latency_ms: () => "max(latency_ms)",
  p50_latency_ms: () => percentile("latency_ms", 0.5),
  p75_latency_ms: () => percentile("latency_ms", 0.75),
  p90_latency_ms: () => percentile("latency_ms", 0.9),
  p95_latency_ms: () => percentile("latency_ms", 0.95),
  p99_latency_ms: () => percentile("latency_ms", 0.99),
  p999_latency_ms: () => percentile("latency_ms", 0.999),
  avg_ttft_ms: () => "avg(ttft_ms)",
  p50_ttft_ms: () => percentile("ttft_ms", 0.5),
  p75_ttft_ms: () => percentile("ttft_ms", 0.75),
  p90_ttft_ms: () => percentile("ttft_ms", 0.9),
  p95_ttft_ms: () => percentile("ttft_ms", 0.95),
  p99_ttft_ms: () => percentile("ttft_ms", 0.99),
  p999_ttft_ms: () => percentile("ttft_ms", 0.999),
  // Each request counts once, as in the live figures.
  inter_token_latency_ms: () => `avg(${perToken})`,
};

/** The column of each group. */
export const groupSql: Readonly<Record<SeriesGroup, string>> = {
  model: "model",
  provider: "provider",
  status: "status",
  service: "service",
  user_id: "user_id",
  organization_id: "organization_id",
  api_key: "api_key",
  endpoint: "endpoint",
  error_type: "error_type",
};
