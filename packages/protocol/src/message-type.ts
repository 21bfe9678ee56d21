/** The names of the messages a server sends, for use with subscriptions. */
export const MessageType = {
  INIT: "init",
  METRICS_UPDATE: "metrics_update",
  MODEL_UPDATE: "model_update",
  REQUEST_UPDATE: "request_update",
  ERROR_UPDATE: "error_update",
  SYSTEM_UPDATE: "system_update",
  RATE_LIMIT_UPDATE: "rate_limit_update",
  COST_UPDATE: "cost_update",
  KV_CACHE_UPDATE: "kv_cache_update",
  ALERT_UPDATE: "alert_update",
  HEARTBEAT: "heartbeat",
  PONG: "pong",
  NOTICE: "notice",
} as const;

/** One of the names that this contract defines. */
export type MessageType = (typeof MessageType)[keyof typeof MessageType];
