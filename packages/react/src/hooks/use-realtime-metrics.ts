"use client";

import type { TelltaleState } from "@telltale/client";
import { useMemo, useState } from "react";
import { useWebSocket } from "../context.ts";
import { type RealtimeMetrics, realtimeMetrics } from "../realtime-metrics.ts";
import { shallowEqual } from "../shallow-equal.ts";
import { useFirstData } from "./use-first-data.ts";
import { useTelltaleState } from "./use-telltale-state.ts";

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
export function useRealtimeMetrics<T>(select: (metrics: RealtimeMetrics) => T): T;
export function useRealtimeMetrics<T>(
  argument: RealtimeMetricsOptions | ((metrics: RealtimeMetrics) => T) = {},
): RealtimeMetrics | T {
  const { clearHistory } = useWebSocket().store;
  const [used] = useState(() => new Set<PropertyKey>());
  const select = typeof argument === "function" ? argument : undefined;
  const options: RealtimeMetricsOptions = typeof argument === "function" ? {} : argument;
  const { maxRecentRequests = 100, maxRecentErrors = 100, suspense = false } = options;
  useFirstData(suspense);

  const most = { requests: maxRecentRequests, errors: maxRecentErrors };
  const view = (state: TelltaleState): RealtimeMetrics =>
    realtimeMetrics(state, most, clearHistory);
  const usedEqual = (a: object, b: object): boolean =>
    [...used].every((key) => Object.is(Reflect.get(a, key), Reflect.get(b, key)));
  const value = useTelltaleState<RealtimeMetrics | { selected: T }>(
    (state) => (select ? { selected: select(view(state)) } : view(state)),
    (a, b) =>
      "selected" in a && "selected" in b ? shallowEqual(a.selected, b.selected) : usedEqual(a, b),
  );
  return useMemo(() => {
    if ("selected" in value) return value.selected;
    return new Proxy(value, {
      get(target, key) {
        used.add(key);
        return Reflect.get(target, key);
      },
    });
  }, [value, used]);
}
