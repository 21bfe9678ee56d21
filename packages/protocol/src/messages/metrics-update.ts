import { boolean, type Infer, number, object, optional } from "../schema.ts";

/**
 * The service as a whole. *Totals* count since the beginning; *rates* are over the last ten
 * seconds; *averages, percentiles and shares* are over the trailing window (`window_seconds`).
 */
export const metricsUpdate = object({
  /** Finished requests since the beginning. */
  total_requests: number,
  /** Prompt and completion tokens since the beginning, of requests whose usage is known. */
  total_tokens: number,
  /** US dollars since the beginning, of requests whose cost is known. */
  total_cost: number,
  /** Mean time from request to last byte in the window, ms. */
  avg_latency_ms: number,
  /** Share of the window's finished requests that failed, 0..1. */
  error_rate: number,
  /** Share of the window's finished requests that were streamed, 0..100. */
  streaming_percentage: number,
  /** Requests finished per second, last ten seconds. */
  requests_per_second: number,
  /** Prompt and completion tokens per second, last ten seconds. */
  tokens_per_second: number,
  /** Streams open towards this server. */
  active_connections: number,
  /** Latency percentiles in the window, ms; absent while the window is empty. */
  p50_latency_ms: optional(number),
  p95_latency_ms: optional(number),
  p99_latency_ms: optional(number),
  /** Time to first token percentiles in the window, ms; absent when none was measured. */
  p50_ttft_ms: optional(number),
  p95_ttft_ms: optional(number),
  p99_ttft_ms: optional(number),
  /** Mean time between tokens in the window, ms. */
  inter_token_latency_ms: optional(number),
  /** Requests running now. */
  in_flight: optional(number),
  /** Length of the trailing window, s. */
  window_seconds: optional(number),
  /** Finished requests in the window: whether its averages say anything. */
  window_requests: optional(number),
  /** Failed requests since the beginning. */
  total_errors: optional(number),
  /** Prompt tokens since the beginning. */
  total_prompt_tokens: optional(number),
  /** Completion tokens since the beginning. */
  total_completion_tokens: optional(number),
  /** Finished requests since the beginning whose usage nobody reported. */
  unknown_usage_requests: optional(number),
  /** Finished requests since the beginning whose cost could not be computed. */
  unknown_cost_requests: optional(number),
  /** Some of what is shown was made by the demo generator. */
  demo: optional(boolean),
});

/** The payload of `metrics_update`: the service as a whole. */
export type MetricsUpdate = Infer<typeof metricsUpdate>;
