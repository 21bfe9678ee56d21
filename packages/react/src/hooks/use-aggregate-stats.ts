"use client";

import type { ModelUpdate, TelltaleState } from "@telltale/client";
import { useTelltaleState } from "./use-telltale-state.ts";

/** All models together, since the beginning. */
export interface AggregateStats {
  modelCount: number;
  totalRequests: number;
  totalErrors: number;
  totalTokens: number;
  promptTokens: number;
  completionTokens: number;
  /** US dollars. */
  totalCost: number;
  /** Mean over all requests, ms; 0 when there are none. */
  avgLatencyMs: number;
  /** 0..1. */
  errorRate: number;
  /** Last ten seconds. */
  tokensPerSecond: number;
}

function aggregate({ models }: TelltaleState): AggregateStats {
  const sum = (of: (model: ModelUpdate) => number): number =>
    [...models.values()].reduce((total, model) => total + of(model), 0);
  const totalRequests = sum((model) => model.request_count);
  const totalErrors = sum((model) => model.error_count);
  return {
    modelCount: models.size,
    totalRequests,
    totalErrors,
    totalTokens: sum((model) => model.total_tokens),
    promptTokens: sum((model) => model.total_prompt_tokens),
    completionTokens: sum((model) => model.total_completion_tokens),
    totalCost: sum((model) => model.total_cost),
    avgLatencyMs: totalRequests && sum((model) => model.total_latency_ms) / totalRequests,
    errorRate: totalRequests && totalErrors / totalRequests,
    tokensPerSecond: sum((model) => model.tokens_per_second),
  };
}

/** Sums over the models. */
export function useAggregateStats(): AggregateStats {
  return useTelltaleState(aggregate);
}
