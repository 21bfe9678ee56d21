import type { RequestStatus, RequestUpdate } from "@telltale/protocol";
import { matches as passes, printQuery, type Query } from "@telltale/protocol/query";

/** Which requests are shown; what is absent asks for nothing, everything present must hold. */
export interface Filter {
  readonly models?: readonly string[];
  readonly statuses: readonly RequestStatus[];
  /** ms */
  readonly minLatency?: number;
  readonly user?: string;
  /** In any case, anywhere in the id, model, error, user, endpoint or service. */
  readonly text?: string;
  readonly query?: Query;
}

export function matches(filter: Filter, request: RequestUpdate): boolean {
  const { models, statuses, minLatency, user, text, query } = filter;
  if (models && !models.includes(request.model)) return false;
  if (!statuses.includes(request.status)) return false;
  // An unknown latency is not known to be long.
  if (minLatency !== undefined && !((request.latency_ms ?? -1) >= minLatency)) return false;
  if (user !== undefined && request.user_id !== user) return false;
  if (query !== undefined && !passes(query, request)) return false;
  return text === undefined || textOf(request).includes(text.toLowerCase());
}

function textOf(request: RequestUpdate): string {
  const { id, model, error_type, error_message, user_id, endpoint, service } = request;
  return [id, model, error_type, error_message, user_id, endpoint, service]
    .join("\n")
    .toLowerCase();
}

/**
 * The stream narrowed to what the filter lets through, so that a busy server neither sends nor
 * leaves out what nobody would see. A server that ignores it sends more, which {@link matches} drops.
 */
export function narrowed(url: URL, filter: Filter): URL {
  const target = new URL(url);
  const { searchParams } = target;
  searchParams.set("types", "request_update,metrics_update");
  searchParams.set("status", filter.statuses.join(","));
  // A comma separates names on the way.
  if (filter.models?.every((model) => !model.includes(","))) {
    searchParams.set("models", filter.models.join(","));
  }
  if (filter.minLatency !== undefined) searchParams.set("min_latency", `${filter.minLatency}`);
  // The user is part of the text that the server searches.
  const text = filter.text ?? filter.user;
  if (text) searchParams.set("text", text);
  if (filter.query) searchParams.set("q", printQuery(filter.query));
  return target;
}
