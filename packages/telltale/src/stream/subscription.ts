import type { RequestUpdate, Snapshot, Subscribe } from "@telltale/protocol";
import { matches, parseQuery, printQuery, type Query } from "@telltale/protocol/query";
import type { Outgoing } from "./frames.ts";

/** What one channel carries. Absent means everything. Lists are sorted and hold nothing twice. */
export interface Subscription {
  readonly types?: readonly string[];
  readonly models?: readonly string[];
  readonly status?: readonly RequestUpdate["status"][];
  /** ms */
  readonly minLatency?: number;
  /** In lower case. */
  readonly text?: string;
  readonly query?: Query;
  /** Least time between latest-value updates, ms. */
  readonly interval?: number;
}

/** Sent whatever was subscribed to. */
const ALWAYS = new Set(["init", "notice", "heartbeat", "pong"]);

/** The subscription a message asks for, on top of `before` unless it replaces that. */
export function subscriptionOf(message: Subscribe, before: Subscription = {}): Subscription {
  const base = message.replace ? {} : before;
  const types = union(base.types, message.types);
  const models = union(base.models, message.models);
  const status = union(base.status, message.filter?.status);
  const minLatency = message.filter?.min_latency_ms ?? base.minLatency;
  const text = message.filter?.text?.toLowerCase() ?? base.text;
  const q = message.filter?.q;
  // One that can not be read has been refused before.
  const query = q === undefined ? base.query : parseQuery(q).query;
  const interval = message.interval_ms ?? base.interval;
  return {
    ...(types && { types }),
    ...(models && { models }),
    ...(status && { status }),
    ...(minLatency !== undefined && { minLatency }),
    ...(text && { text }),
    ...(query && query.terms.length > 0 && { query }),
    ...(interval !== undefined && { interval }),
  };
}

/** `before` without what the message names; without anything at all when it names nothing. */
export function withoutSubscription(message: Subscribe, before: Subscription): Subscription {
  if (message.types === undefined && message.models === undefined) return { types: [] };
  const left = (list: readonly string[] | undefined, gone: readonly string[] | undefined) =>
    list?.filter((item) => !gone?.includes(item));
  const types = left(before.types ?? EVENTS_AND_VALUES, message.types);
  const models = left(before.models, message.models);
  return {
    ...before,
    ...(message.types && types && { types }),
    ...(models && { models }),
  };
}

const EVENTS_AND_VALUES = [
  "alert_update",
  "cost_update",
  "error_update",
  "kv_cache_update",
  "metrics_update",
  "model_update",
  "rate_limit_update",
  "request_update",
  "system_update",
];

/** Equal subscriptions have equal keys. */
export function keyOf(subscription: Subscription): string {
  const { types, models, status, minLatency, text, query, interval } = subscription;
  const q = query && printQuery(query);
  return JSON.stringify([types, models, status, minLatency, text, interval, q]);
}

/** Whether a message is part of a subscription. */
export function carries(subscription: Subscription, { type, data }: Outgoing): boolean {
  if (ALWAYS.has(type)) return true;
  const { types, models } = subscription;
  if (types && !types.includes(type)) return false;
  switch (type) {
    case "request_update":
      return carriesRequest(subscription, data);
    case "model_update":
      return !models || models.includes(data.model);
    case "error_update":
      return !models || (data.model !== undefined && models.includes(data.model));
    default:
      return true;
  }
}

/** The part of a snapshot that is subscribed to. */
export function narrow(subscription: Subscription, snapshot: Snapshot): Snapshot {
  const has = (type: string): boolean => subscription.types?.includes(type) ?? true;
  return {
    metrics: has("metrics_update") ? snapshot.metrics : null,
    models: snapshot.models.filter((data) => carries(subscription, { type: "model_update", data })),
    requests: snapshot.requests.filter((data) =>
      carries(subscription, { type: "request_update", data }),
    ),
    errors: snapshot.errors.filter((data) => carries(subscription, { type: "error_update", data })),
    system: has("system_update") ? snapshot.system : null,
    rate_limits: has("rate_limit_update") ? snapshot.rate_limits : [],
    costs: has("cost_update") ? snapshot.costs : null,
    kv_cache: has("kv_cache_update") ? snapshot.kv_cache : null,
    alerts: has("alert_update") ? snapshot.alerts : [],
  };
}

function carriesRequest(subscription: Subscription, request: RequestUpdate): boolean {
  const { models, status, minLatency, text, query } = subscription;
  if (query && !matches(query, request)) return false;
  if (models && !models.includes(request.model)) return false;
  if (status && !status.includes(request.status)) return false;
  if (minLatency !== undefined && !((request.latency_ms ?? -1) >= minLatency)) return false;
  return !text || textOf(request).includes(text);
}

function textOf(request: RequestUpdate): string {
  const { id, model, error_type, error_message, user_id, endpoint, service } = request;
  return [id, model, error_type, error_message, user_id, endpoint, service]
    .join("\n")
    .toLowerCase();
}

function union<T extends string>(
  before: readonly T[] | undefined,
  more: readonly T[] | undefined,
): T[] | undefined {
  if (more === undefined) return before && [...before];
  return [...new Set([...(before ?? []), ...more])].sort();
}
