"use client";

import type { SystemUpdate } from "@telltale/client";
import { useTelltaleState } from "./use-telltale-state.ts";

/** Above which a figure counts as unhealthy. Usages are 0..100; the queue is in requests. */
export interface HealthThresholds {
  cpu_usage?: number | undefined;
  memory_usage?: number | undefined;
  gpu_usage?: number | undefined;
  gpu_memory_usage?: number | undefined;
  disk_usage?: number | undefined;
  queue_size?: number | undefined;
}

/** A figure above its threshold, both in the unit of the figure. */
export interface HealthProblem {
  metric: keyof HealthThresholds;
  value: number;
  limit: number;
}

/** What `useSystemHealth` returns. */
export interface SystemHealth {
  /** The newest figures; null before the first. */
  health: SystemUpdate | null;
  /** True when there are figures and none is above its threshold. */
  isHealthy: boolean;
  /** What is above its threshold. */
  problems: readonly HealthProblem[];
}

/** A busy GPU is a good GPU: its usage has no threshold unless one is given. */
export const defaultHealthThresholds: Readonly<Record<keyof HealthThresholds, number>> = {
  cpu_usage: 90,
  memory_usage: 90,
  gpu_usage: Number.POSITIVE_INFINITY,
  gpu_memory_usage: 95,
  disk_usage: 95,
  queue_size: 100,
};

const metrics = Object.keys(defaultHealthThresholds) as (keyof HealthThresholds)[];

/** The host that serves, judged by thresholds. */
export function useSystemHealth(thresholds: HealthThresholds = {}): SystemHealth {
  const health = useTelltaleState((state) => state.system);
  const problems: HealthProblem[] = [];
  for (const metric of metrics) {
    const value = health?.[metric];
    const limit = thresholds[metric] ?? defaultHealthThresholds[metric];
    if (value !== undefined && value > limit) problems.push({ metric, value, limit });
  }
  return { health, isHealthy: !!health && problems.length === 0, problems };
}
