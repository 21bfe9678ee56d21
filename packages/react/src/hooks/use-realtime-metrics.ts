"use client";

import type {
  ConnectionState,
  CostUpdate,
  ErrorUpdate,
  KvCacheUpdate,
  MetricsUpdate,
  ModelUpdate,
  RateLimitUpdate,
  RequestUpdate,
  SystemUpdate,
  TelltaleState,
} from "@telltale/client";
import { useMemo, useState } from "react";
import { useWebSocket } from "../context.ts";
import { newest } from "../newest.ts";
import { shallowEqual } from "../shallow-equal.ts";
import { useTelltaleState } from "./use-telltale-state.ts";

export interface RealtimeMetricsOptions {
  /** Most requests returned. Default 100; the store keeps `config.historySize`. */
  maxRecentRequests?: number | undefined;
  /** Most errors returned. Default 100. */
  maxRecentErrors?: number | undefined;
}

export interface RealtimeMetrics {
  metrics: MetricsUpdate | null;
  /** By model name. */
  models: ReadonlyMap<string, ModelUpdate>;
  /** Newest first. A running request is updated in place. */
  recentRequests: readonly RequestUpdate[];
  /** Newest first. */
  recentErrors: readonly ErrorUpdate[];
  systemStats: SystemUpdate | null;
  /** By endpoint. */
  rateLimits: ReadonlyMap<string, RateLimitUpdate>;
  costs: CostUpdate | null;
  kvCache: KvCacheUpdate | null;
  isConnected: boolean;
  connectionState: ConnectionState;
  /** When data last arrived, Unix ms; null before. */
  lastUpdate: number | null;
  /** Forgets requests and errors, for every component. */
  clearHistory: () => void;
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
  const { maxRecentRequests = 100, maxRecentErrors = 100 } = select ? {} : { ...argument };

  const view = ({ requests, errors, ...state }: TelltaleState): RealtimeMetrics => ({
    metrics: state.metrics,
    models: state.models,
    recentRequests: newest(requests, maxRecentRequests),
    recentErrors: newest(errors, maxRecentErrors),
    systemStats: state.system,
    rateLimits: state.rateLimits,
    costs: state.costs,
    kvCache: state.kvCache,
    isConnected: state.connection.state === "CONNECTED",
    connectionState: state.connection.state,
    lastUpdate: state.lastUpdate,
    clearHistory,
  });
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
