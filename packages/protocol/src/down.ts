import type { Envelope } from "./envelope.ts";
import { type AlertUpdate, alertUpdate } from "./messages/alert-update.ts";
import { type CostUpdate, costUpdate } from "./messages/cost-update.ts";
import { type ErrorUpdate, errorUpdate } from "./messages/error-update.ts";
import { type Heartbeat, heartbeat } from "./messages/heartbeat.ts";
import { type Init, init } from "./messages/init.ts";
import { type KvCacheUpdate, kvCacheUpdate } from "./messages/kv-cache-update.ts";
import { type MetricsUpdate, metricsUpdate } from "./messages/metrics-update.ts";
import { type ModelUpdate, modelUpdate } from "./messages/model-update.ts";
import { type Notice, notice } from "./messages/notice.ts";
import { type Pong, pong } from "./messages/pong.ts";
import { type RateLimitUpdate, rateLimitUpdate } from "./messages/rate-limit-update.ts";
import { type RequestUpdate, requestUpdate } from "./messages/request-update.ts";
import { type SystemUpdate, systemUpdate } from "./messages/system-update.ts";
import type { Schema } from "./schema.ts";

/**
 * Payload by message type, server to client. An application adds its own types by declaration
 * merging:
 *
 * ```ts
 * declare module "@telltale/protocol" {
 *   interface DownMessages { queue_drained: { depth: number } }
 * }
 * ```
 */
export interface DownMessages {
  init: Init;
  metrics_update: MetricsUpdate;
  model_update: ModelUpdate;
  request_update: RequestUpdate;
  error_update: ErrorUpdate;
  system_update: SystemUpdate;
  rate_limit_update: RateLimitUpdate;
  cost_update: CostUpdate;
  kv_cache_update: KvCacheUpdate;
  alert_update: AlertUpdate;
  heartbeat: Heartbeat;
  pong: Pong;
  notice: Notice;
}

/** The names of what a server sends, those that an application merged in included. */
export type DownType = keyof DownMessages & string;
/** A message from a server: an envelope whose `data` is known by its `type`. */
export type DownEnvelope<T extends DownType = DownType> = {
  [K in T]: Envelope<K, DownMessages[K]>;
}[T];

/** The schema of each message type that this contract defines. */
export const downSchemas: ReadonlyMap<string, Schema> = new Map<string, Schema>([
  ["init", init],
  ["metrics_update", metricsUpdate],
  ["model_update", modelUpdate],
  ["request_update", requestUpdate],
  ["error_update", errorUpdate],
  ["system_update", systemUpdate],
  ["rate_limit_update", rateLimitUpdate],
  ["cost_update", costUpdate],
  ["kv_cache_update", kvCacheUpdate],
  ["alert_update", alertUpdate],
  ["heartbeat", heartbeat],
  ["pong", pong],
  ["notice", notice],
]);
