"use client";

import { useMemo, useState } from "react";
import { useWebSocket } from "../context.ts";
import { type RealtimeMetrics, realtimeMetrics } from "../realtime-metrics.ts";
import { shallowEqual } from "../shallow-equal.ts";
import { useFirstData } from "./use-first-data.ts";
import { useTelltaleState } from "./use-telltale-state.ts";

type All = RealtimeMetrics;

/** How much `useRealtimeMetrics` returns. */
export interface RealtimeMetricsOptions {
  /** Most requests returned. Default 100; the store keeps `config.historySize`. */
  maxRecentRequests?: number | undefined;
  /** Most errors returned. Default 100. */
  maxRecentErrors?: number | undefined;
  /** Suspend until the first data have arrived, as `useFirstData` does. Default false. */
  suspense?: boolean | undefined;
}

/**
 * Everything the stream tells. A component renders again only when something it read from the
 * result has changed. With a function, returns what that selects.
 */
export function useRealtimeMetrics(options?: RealtimeMetricsOptions): RealtimeMetrics;
/** What `select` takes from everything the stream tells; renders again only when that changes. */
export function useRealtimeMetrics<T>(select: (metrics: RealtimeMetrics) => T): T;
export function useRealtimeMetrics(
  argument: RealtimeMetricsOptions | ((metrics: RealtimeMetrics) => unknown) = {},
): unknown {
  const { clearHistory } = useWebSocket().store;
  const [used] = useState(() => new Set<keyof All>());
  const select = typeof argument === "function" ? argument : undefined;
  const options: RealtimeMetricsOptions = typeof argument === "function" ? {} : argument;
  const { maxRecentRequests = 100, maxRecentErrors = 100, suspense = false } = options;
  useFirstData(suspense);

  const usedEqual = (a: unknown, b: unknown): boolean =>
    [...used].every((key) => (a as All)[key] === (b as All)[key]);
  const value: unknown = useTelltaleState<unknown>(
    (state) => {
      const all = realtimeMetrics(state, maxRecentRequests, maxRecentErrors, clearHistory);
      return select ? select(all) : all;
    },
    select ? shallowEqual : usedEqual,
  );
  const selects = select !== undefined;
  return useMemo(() => {
    if (selects) return value;
    return new Proxy(value as All, {
      get(target, key: keyof All) {
        used.add(key);
        return target[key];
      },
    });
  }, [value, selects, used]);
}
