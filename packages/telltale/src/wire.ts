import type { ErrorUpdate, RequestUpdate } from "@telltale/protocol";
import { endOf, promptTokens, type RequestEvent, severityOf, totalTokens } from "./event.ts";

/** A request as it goes over the wire. What is unknown is null where required, else left out. */
export function toRequestUpdate(event: RequestEvent): RequestUpdate {
  const usage = event.usage;
  const update: RequestUpdate = {
    id: event.id,
    model: event.model,
    created: event.created,
    prompt_tokens: usage && promptTokens(usage),
    completion_tokens: usage === null ? null : usage.output,
    total_tokens: usage && totalTokens(usage),
    latency_ms: event.latencyMs,
    streaming: event.streaming,
    status: event.status,
    cost: event.cost,
    usage: event.usageQuality,
    source: event.source,
  };
  if (event.failure) {
    update.error_message = event.failure.message;
    update.error_type = event.failure.type;
  }
  if (event.userId !== null) update.user_id = event.userId;
  if (event.organizationId !== null) update.organization_id = event.organizationId;
  if (event.provider !== null) update.provider = event.provider;
  if (event.ttftMs !== null) update.ttft_ms = event.ttftMs;
  if (usage) {
    update.cached_tokens = usage.cacheRead;
    update.reasoning_tokens = usage.reasoning;
    if (usage.cacheWrite > 0) update.cache_write_tokens = usage.cacheWrite;
  }
  if (event.finishReason !== null) update.finish_reason = event.finishReason;
  if (event.endpoint !== null) update.endpoint = event.endpoint;
  if (event.statusCode !== null) update.status_code = event.statusCode;
  if (event.traceId !== null) update.trace_id = event.traceId;
  if (event.responseId !== null) update.response_id = event.responseId;
  if (event.service !== null) update.service = event.service;
  if (event.apiKey !== null) update.api_key = event.apiKey;
  if (event.queueMs !== null) update.queue_ms = event.queueMs;
  if (event.serviceTier !== null) update.service_tier = event.serviceTier;
  if (event.attributes !== null) update.attributes = { ...event.attributes };
  if (event.demo) update.demo = true;
  return update;
}

/** The error that a failed request is shown as; `undefined` for one that did not fail. */
export function toErrorUpdate(event: RequestEvent): ErrorUpdate | undefined {
  const { failure } = event;
  if (event.status !== "error" || failure === null) return undefined;
  const update: ErrorUpdate = {
    error_type: failure.type,
    error_message: failure.message,
    model: event.model,
    timestamp: endOf(event),
    request_id: event.id,
    severity: severityOf(failure, event.statusCode),
  };
  if (failure.stack !== undefined) update.stack_trace = failure.stack;
  if (event.provider !== null) update.provider = event.provider;
  if (event.statusCode !== null) update.status_code = event.statusCode;
  return update;
}
