import { promptTokens, type RequestEvent, type TokenUsage } from "./event.ts";

/** Usage that says more about the same tokens: `a`, unless `b` has the same sums in finer buckets. */
function finer(a: TokenUsage | null, b: TokenUsage | null): TokenUsage | null {
  if (a === null || b === null) return a ?? b;
  const same = promptTokens(a) === promptTokens(b) && a.output === b.output;
  const detail = (usage: TokenUsage): number =>
    usage.cacheRead + usage.cacheWrite + usage.reasoning;
  return same && detail(b) > detail(a) ? b : a;
}

/**
 * `first` with what only `second`, another account of the same call, knows. What is known stays,
 * but for an estimated usage, which a reported one replaces. The cost is filled in only.
 */
export function enriched(first: RequestEvent, second: RequestEvent): RequestEvent {
  const better = first.usageQuality === "estimated" && second.usageQuality === "reported";
  const usage = better ? second.usage : finer(first.usage, second.usage);
  const taken = better || first.usage === null;
  return {
    ...first,
    model: first.model === "unknown" ? second.model : first.model,
    provider: first.provider ?? second.provider,
    latencyMs: first.latencyMs ?? second.latencyMs,
    ttftMs: first.ttftMs ?? second.ttftMs,
    streaming: first.streaming || second.streaming,
    usage,
    usageQuality: usage === null ? "unknown" : taken ? second.usageQuality : first.usageQuality,
    cost: first.cost ?? second.cost,
    statusCode: first.statusCode ?? second.statusCode,
    finishReason: first.finishReason ?? second.finishReason,
    endpoint: first.endpoint ?? second.endpoint,
    userId: first.userId ?? second.userId,
    organizationId: first.organizationId ?? second.organizationId,
    service: first.service ?? second.service,
    traceId: first.traceId ?? second.traceId,
    responseId: first.responseId ?? second.responseId,
    apiKey: first.apiKey ?? second.apiKey,
    queueMs: first.queueMs ?? second.queueMs,
    serviceTier: first.serviceTier ?? second.serviceTier,
    attributes: first.attributes ?? second.attributes,
  };
}

/** Whether two events say the same. */
export function alike(a: RequestEvent, b: RequestEvent): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
