import { matches } from "@telltale/protocol/query";
import type { RequestEvent } from "../event.ts";
import { toRequestUpdate } from "../wire.ts";
import type { RequestFilter } from "./store.ts";

/** Whether a request passes a filter, judged as the store judges it. */
export function passes(event: RequestEvent, filter: RequestFilter): boolean {
  const { minLatencyMs, maxLatencyMs, from, to, text, query } = filter;
  return (
    equals(filter.model, event.model) &&
    equals(filter.provider, event.provider) &&
    equals(filter.status, event.status) &&
    equals(filter.userId, event.userId) &&
    equals(filter.organizationId, event.organizationId) &&
    equals(filter.endpoint, event.endpoint) &&
    equals(filter.service, event.service) &&
    (minLatencyMs === undefined || (event.latencyMs !== null && event.latencyMs >= minLatencyMs)) &&
    (maxLatencyMs === undefined || (event.latencyMs !== null && event.latencyMs <= maxLatencyMs)) &&
    (from === undefined || event.created >= from) &&
    (to === undefined || event.created < to) &&
    (text === undefined || textOf(event).includes(text.toLowerCase())) &&
    (query === undefined || matches(query, toRequestUpdate(event)))
  );
}

function equals(wanted: string | undefined, value: string | null): boolean {
  return wanted === undefined || wanted === value;
}

function textOf({ id, model, failure, userId, endpoint }: RequestEvent): string {
  return [id, model, failure?.type, failure?.message, userId, endpoint].join("\n").toLowerCase();
}
