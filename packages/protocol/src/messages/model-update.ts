import { type Infer, number, object, optional, string } from "../schema.ts";

/** One model. Counts and sums are totals; `avg_*`, `p*`, `error_rate` are over the trailing window. */
export const modelUpdate = object({
  model: string,
  /** Finished requests since the beginning. */
  request_count: number,
  total_prompt_tokens: number,
  total_completion_tokens: number,
  total_tokens: number,
  /** Sum of latencies since the beginning, ms. */
  total_latency_ms: number,
  /** Failed requests since the beginning. */
  error_count: number,
  /** Mean latency in the window, ms. */
  avg_latency_ms: number,
  /** Share of the window's finished requests that failed, 0..1. */
  error_rate: number,
  /** US dollars since the beginning, of requests whose cost is known. */
  total_cost: number,
  /** Prompt and completion tokens per second, last ten seconds. */
  tokens_per_second: number,
  provider: optional(string),
  requests_per_second: optional(number),
  /** Finished requests in the window. */
  window_requests: optional(number),
  p50_latency_ms: optional(number),
  p95_latency_ms: optional(number),
  p99_latency_ms: optional(number),
  p50_ttft_ms: optional(number),
  p95_ttft_ms: optional(number),
  p99_ttft_ms: optional(number),
  inter_token_latency_ms: optional(number),
  /** Requests running now. */
  in_flight: optional(number),
  /** Prompt tokens read from the provider's cache; part of `total_prompt_tokens`. */
  total_cached_tokens: optional(number),
  /** Reasoning tokens; part of `total_completion_tokens`. */
  total_reasoning_tokens: optional(number),
  unknown_usage_requests: optional(number),
  unknown_cost_requests: optional(number),
});

/** The payload of `model_update`: one model, keyed by `model`. */
export type ModelUpdate = Infer<typeof modelUpdate>;
