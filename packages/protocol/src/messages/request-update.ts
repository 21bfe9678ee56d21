import {
  boolean,
  type Infer,
  nullable,
  number,
  object,
  oneOf,
  optional,
  record,
  string,
} from "../schema.ts";

/** How a request stands. */
export const requestStatus = oneOf("success", "error", "in_progress");

/**
 * One request, keyed by `id`: a later update of the same id replaces the earlier one, so a
 * streaming request is seen to grow. Null means unknown, never zero.
 */
export const requestUpdate = object({
  id: string,
  model: string,
  /** Start of the request, Unix ms. */
  created: number,
  /** All input tokens, cached ones included. */
  prompt_tokens: nullable(number),
  /** All output tokens, reasoning included. */
  completion_tokens: nullable(number),
  total_tokens: nullable(number),
  /** Request to last byte, ms; so far, while in progress. */
  latency_ms: nullable(number),
  streaming: boolean,
  status: requestStatus,
  error_message: optional(string),
  /** US dollars. */
  cost: nullable(number),
  user_id: optional(string),
  organization_id: optional(string),
  provider: optional(string),
  /** Request to first token, ms. */
  ttft_ms: optional(number),
  /** Part of `prompt_tokens` that was read from the provider's cache. */
  cached_tokens: optional(number),
  /** Part of `prompt_tokens` that was written to the provider's cache. */
  cache_write_tokens: optional(number),
  /** Part of `completion_tokens` spent on reasoning. */
  reasoning_tokens: optional(number),
  finish_reason: optional(string),
  /** Path or operation, such as `/v1/chat/completions` or `chat`. */
  endpoint: optional(string),
  /** Where the token counts come from. */
  usage: optional(oneOf("reported", "estimated", "unknown")),
  /** `error.type` of OpenTelemetry: a class name, a provider code or an HTTP status. */
  error_type: optional(string),
  /** HTTP status of the answer. */
  status_code: optional(number),
  /** W3C trace id, 32 hex digits. */
  trace_id: optional(string),
  /** The provider's id of the answer. */
  response_id: optional(string),
  /** Name of the calling service (`service.name`). */
  service: optional(string),
  /** Name of the key the call was made with, never the key. */
  api_key: optional(string),
  /** Wait before the provider or engine began to work on it, ms. */
  queue_ms: optional(number),
  /** Tier the provider served it in, such as `flex`, `priority` or `batch`. */
  service_tier: optional(string),
  /** The caller's own labels; at most 32, 4 kB together. */
  attributes: optional(record(string)),
  /** The door it came in by: native, proxy, otlp, ... */
  source: optional(string),
  /** Made by the demo generator. */
  demo: optional(boolean),
});

/** `success`, `error` or `in_progress`. */
export type RequestStatus = Infer<typeof requestStatus>;
/** The payload of `request_update`: one request as it stands, keyed by `id`. */
export type RequestUpdate = Infer<typeof requestUpdate>;
