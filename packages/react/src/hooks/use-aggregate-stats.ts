"use client";

import type { ModelUpdate } from "@telltale/client";
import { useMemo } from "react";
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

function sum(models: readonly ModelUpdate[], of: (model: ModelUpdate) => number): number {
  return models.reduce((total, model) => total + of(model), 0);
}

/** Sums over the models. */
export function useAggregateStats(): AggregateStats {
  const byName = useTelltaleState((state) => state.models, Object.is);
  return useMemo(() => {
    const models = [...byName.values()];
    const totalRequests = sum(models, (model) => model.request_count);
    const totalErrors = sum(models, (model) => model.error_count);
    const latency = sum(models, (model) => model.total_latency_ms);
    return {
      modelCount: models.length,
      totalRequests,
      totalErrors,
      totalTokens: sum(models, (model) => model.total_tokens),
      promptTokens: sum(models, (model) => model.total_prompt_tokens),
      completionTokens: sum(models, (model) => model.total_completion_tokens),
      totalCost: sum(models, (model) => model.total_cost),
      avgLatencyMs: totalRequests && latency / totalRequests,
      errorRate: totalRequests && totalErrors / totalRequests,
      tokensPerSecond: sum(models, (model) => model.tokens_per_second),
    };
  }, [byName]);
}
