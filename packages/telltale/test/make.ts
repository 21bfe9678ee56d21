import { type RequestEvent, unknownRequest } from "../src/event.ts";

let count = 0;

/** A finished, successful request with known usage; say what differs. */
export function request(fields: Partial<RequestEvent> = {}): RequestEvent {
  return {
    ...unknownRequest,
    id: `request-${++count}`,
    source: "native",
    model: "gpt-4o",
    provider: "openai",
    status: "success",
    created: 1_700_000_000_000,
    latencyMs: 1000,
    usage: { input: 100, cacheRead: 0, cacheWrite: 0, output: 50, reasoning: 0 },
    usageQuality: "reported",
    cost: 0.001,
    ...fields,
  };
}
