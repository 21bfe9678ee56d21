"use client";

import type { ModelUpdate } from "@telltale/client";
import { useTelltaleState } from "./use-telltale-state.ts";

/** One model, from the first render on if it was ever seen; null until then. */
export function useModelMetrics(model: string): ModelUpdate | null {
  return useTelltaleState(({ models }) => models.get(model) ?? null);
}
