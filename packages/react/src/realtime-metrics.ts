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
import { newest } from "./newest.ts";

/** Everything the stream tells, as `useRealtimeMetrics` returns it. */
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

/** The state as `useRealtimeMetrics` returns it. */
export function realtimeMetrics(
  state: TelltaleState,
  mostRequests: number,
  mostErrors: number,
  clearHistory: () => void,
): RealtimeMetrics {
  const { metrics, models, system, rateLimits, costs, kvCache, lastUpdate } = state;
  const { state: connectionState } = state.connection;
  return {
    metrics,
    models,
    recentRequests: newest(state.requests, mostRequests),
    recentErrors: newest(state.errors, mostErrors),
    systemStats: system,
    rateLimits,
    costs,
    kvCache,
    isConnected: connectionState === "CONNECTED",
    connectionState,
    lastUpdate,
    clearHistory,
  };
}
