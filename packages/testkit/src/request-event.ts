import type { RequestEvent } from "telltale";

/** A finished request of no particular interest. */
export function requestEvent(changes: Partial<RequestEvent> = {}): RequestEvent {
  return {
    id: "r",
    source: "native",
    model: "gpt-4o",
    provider: "openai",
    status: "success",
    created: Date.UTC(2026, 0, 1),
    latencyMs: 800,
    ttftMs: 120.5,
    streaming: true,
    usage: { input: 100, cacheRead: 20, cacheWrite: 5, output: 50, reasoning: 10 },
    usageQuality: "reported",
    cost: 0.0125,
    failure: null,
    statusCode: 200,
    finishReason: "stop",
    endpoint: "/v1/chat/completions",
    userId: "user-1",
    organizationId: "team-a",
    service: "assistant",
    traceId: "0af7651916cd43dd8448eb211c80319c",
    responseId: "chatcmpl-1",
    apiKey: "ci",
    queueMs: 12.5,
    serviceTier: "flex",
    attributes: { feature: "search", tenant: "9" },
    demo: false,
    ...changes,
  };
}
