"use client";

import type { MetricsUpdate } from "@telltale/client";
import { useTelltaleState } from "./use-telltale-state.ts";

/** One figure of `metrics_update`; null until there is one. */
export function useMetric<K extends keyof MetricsUpdate>(
  name: K,
): NonNullable<MetricsUpdate[K]> | null {
  return useTelltaleState(({ metrics }) => metrics?.[name] ?? null);
}
