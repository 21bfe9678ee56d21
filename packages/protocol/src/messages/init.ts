import {
  array,
  boolean,
  type Infer,
  nullable,
  number,
  object,
  optional,
  string,
} from "../schema.ts";
import { alertUpdate } from "./alert-update.ts";
import { costUpdate } from "./cost-update.ts";
import { errorUpdate } from "./error-update.ts";
import { kvCacheUpdate } from "./kv-cache-update.ts";
import { metricsUpdate } from "./metrics-update.ts";
import { modelUpdate } from "./model-update.ts";
import { rateLimitUpdate } from "./rate-limit-update.ts";
import { replay } from "./replay.ts";
import { requestUpdate } from "./request-update.ts";
import { systemUpdate } from "./system-update.ts";

/** The state as it stands. Requests, errors and alerts are newest first. */
export const snapshot = object({
  metrics: nullable(metricsUpdate),
  models: array(modelUpdate),
  requests: array(requestUpdate),
  errors: array(errorUpdate),
  system: nullable(systemUpdate),
  rate_limits: array(rateLimitUpdate),
  costs: nullable(costUpdate),
  kv_cache: nullable(kvCacheUpdate),
  alerts: array(alertUpdate),
});

/** The first message of a server that knows this protocol. */
export const init = object({
  /** Version of this contract. */
  protocol: number,
  server: object({ name: string, version: string }),
  /** Names one life of the server. */
  epoch: string,
  /** `epoch:tick`, what the snapshot includes. */
  position: string,
  /** True when what follows continues exactly from the position the client presented. */
  resumed: boolean,
  heartbeat_interval_ms: number,
  /** Client messages this server acts on, such as `heartbeat`, `hello`. */
  capabilities: array(string),
  /** Absent when resumed. */
  snapshot: optional(snapshot),
  /**
   * Where in its first wait, from 0 (the least) to below 1 (the longest), this connection comes back
   * once it is cut. A server hands out numbers that lie evenly over those it has open.
   */
  reconnect_phase: optional(number),
  /** What follows is the past; the envelopes carry its times. Absent when it is now. */
  replay: optional(replay),
});

/** The state as it stands, as {@link Init} brings it. */
export type Snapshot = Infer<typeof snapshot>;
/** The payload of `init`, the first message of a server that knows this protocol. */
export type Init = Infer<typeof init>;
