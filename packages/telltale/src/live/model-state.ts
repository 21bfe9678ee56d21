import type { ModelUpdate } from "@telltale/protocol";
import type { RequestEvent } from "../event.ts";
import { Totals } from "./totals.ts";
import { Window } from "./window.ts";

/** One model's totals, window and running requests. */
export class ModelState {
  readonly totals: Totals = new Totals();
  readonly window: Window;
  provider: string | null = null;
  inFlight = 0;
  /** Whether anything it shows has changed since it was last shown. */
  changed = true;

  constructor(windowSeconds: number) {
    this.window = new Window(windowSeconds);
  }

  finish(event: RequestEvent, now: number): void {
    this.totals.add(event);
    this.window.add(event, now);
    if (event.provider !== null) this.provider = event.provider;
    this.changed = true;
  }

  /** Takes out a request that had ended. */
  withdraw(event: RequestEvent, now: number): void {
    this.totals.remove(event);
    this.window.remove(event, now);
    this.changed = true;
  }

  /** Moves the window on; rates change while there is anything in it. */
  advance(now: number): void {
    if (!this.window.isEmpty) this.changed = true;
    this.window.advance(now);
  }

  show(model: string, now: number): ModelUpdate {
    const { totals } = this;
    const rates = this.window.rates(now);
    const figures = this.window.figures();
    return {
      model,
      ...(this.provider === null ? {} : { provider: this.provider }),
      request_count: totals.requests,
      total_prompt_tokens: totals.promptTokens,
      total_completion_tokens: totals.completionTokens,
      total_tokens: totals.tokens,
      total_latency_ms: totals.latencyMs,
      error_count: totals.errors,
      avg_latency_ms: figures.avgLatency,
      error_rate: figures.errorRate,
      total_cost: totals.cost,
      tokens_per_second: rates.tokens,
      requests_per_second: rates.requests,
      window_requests: figures.requests,
      p50_latency_ms: figures.latency.p50,
      p95_latency_ms: figures.latency.p95,
      p99_latency_ms: figures.latency.p99,
      p50_ttft_ms: figures.ttft.p50,
      p95_ttft_ms: figures.ttft.p95,
      p99_ttft_ms: figures.ttft.p99,
      inter_token_latency_ms: figures.interTokenLatency,
      in_flight: this.inFlight,
      total_cached_tokens: totals.cachedTokens,
      total_reasoning_tokens: totals.reasoningTokens,
      unknown_usage_requests: totals.unknownUsage,
      unknown_cost_requests: totals.unknownCost,
    };
  }
}
