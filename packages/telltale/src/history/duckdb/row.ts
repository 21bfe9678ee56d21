import { setImmediate as turn } from "node:timers/promises";
import type { RequestStatus } from "@telltale/protocol";
import type {
  Attributes,
  RequestEvent,
  RequestFailure,
  Source,
  TokenUsage,
  UsageQuality,
} from "../../event.ts";

export type Cell = string | number | boolean | null;

type Kind = "text" | "real" | "count" | "flag";

interface Column {
  readonly name: string;
  readonly kind: Kind;
  readonly of: (event: RequestEvent) => Cell;
}

const table = [
  { name: "id", kind: "text", of: (e) => e.id },
  { name: "source", kind: "text", of: (e) => e.source },
  { name: "model", kind: "text", of: (e) => e.model },
  { name: "provider", kind: "text", of: (e) => e.provider },
  { name: "status", kind: "text", of: (e) => e.status },
  { name: "created", kind: "real", of: (e) => e.created },
  { name: "latency_ms", kind: "real", of: (e) => e.latencyMs },
  { name: "ttft_ms", kind: "real", of: (e) => e.ttftMs },
  { name: "streaming", kind: "flag", of: (e) => e.streaming },
  { name: "input_tokens", kind: "count", of: (e) => e.usage?.input ?? null },
  { name: "cache_read_tokens", kind: "count", of: (e) => e.usage?.cacheRead ?? null },
  { name: "cache_write_tokens", kind: "count", of: (e) => e.usage?.cacheWrite ?? null },
  { name: "output_tokens", kind: "count", of: (e) => e.usage?.output ?? null },
  { name: "reasoning_tokens", kind: "count", of: (e) => e.usage?.reasoning ?? null },
  { name: "usage_quality", kind: "text", of: (e) => e.usageQuality },
  { name: "cost", kind: "real", of: (e) => e.cost },
  { name: "error_type", kind: "text", of: (e) => e.failure?.type ?? null },
  { name: "error_message", kind: "text", of: (e) => e.failure?.message ?? null },
  { name: "error_stack", kind: "text", of: (e) => e.failure?.stack ?? null },
  { name: "status_code", kind: "count", of: (e) => e.statusCode },
  { name: "finish_reason", kind: "text", of: (e) => e.finishReason },
  { name: "endpoint", kind: "text", of: (e) => e.endpoint },
  { name: "user_id", kind: "text", of: (e) => e.userId },
  { name: "organization_id", kind: "text", of: (e) => e.organizationId },
  { name: "service", kind: "text", of: (e) => e.service },
  { name: "trace_id", kind: "text", of: (e) => e.traceId },
  { name: "response_id", kind: "text", of: (e) => e.responseId },
  { name: "demo", kind: "flag", of: (e) => e.demo },
  { name: "api_key", kind: "text", of: (e) => e.apiKey },
  { name: "queue_ms", kind: "real", of: (e) => e.queueMs },
  { name: "service_tier", kind: "text", of: (e) => e.serviceTier },
  { name: "attributes", kind: "text", of: (e) => e.attributes && JSON.stringify(e.attributes) },
] as const satisfies readonly Column[];

type Name = (typeof table)[number]["name"];

/** The columns of an event, in the order of the table, after `seq` and `stored_at`. */
export const columns: readonly Column[] = table;

/** One JSON array per event: the engine writes it faster than its cells can be fetched one by one. */
export type Rows = readonly string[];

/** When a request ended, Unix ms; one that claims to end after it was stored ended then. */
export const endColumn = "least(created + coalesce(latency_ms, 0), stored_at)";

/** Column `event` of a query that gives `Rows`. */
export const eventColumn: string = `json_array(${columns.map(({ name }) => name).join(", ")})::VARCHAR AS event`;

const text = (cell: unknown): string | null => (typeof cell === "string" ? cell : null);
const number = (cell: unknown): number | null => (typeof cell === "number" ? cell : null);

function oneOf<T extends string>(values: readonly T[], cell: unknown, otherwise: T): T {
  return values.find((value) => value === cell) ?? otherwise;
}

const sources: readonly Source[] = ["native", "proxy", "otlp", "litellm", "helicone", "metrics"];
export function sourceOf(cell: unknown): Source {
  return oneOf(sources, cell, "native");
}

const statuses: readonly RequestStatus[] = ["success", "error", "in_progress"];
const qualities: readonly UsageQuality[] = ["reported", "estimated", "unknown"];

const at = (name: Name): number => table.findIndex((column) => column.name === name);

const place = {
  id: at("id"),
  source: at("source"),
  model: at("model"),
  provider: at("provider"),
  status: at("status"),
  created: at("created"),
  latencyMs: at("latency_ms"),
  ttftMs: at("ttft_ms"),
  streaming: at("streaming"),
  input: at("input_tokens"),
  cacheRead: at("cache_read_tokens"),
  cacheWrite: at("cache_write_tokens"),
  output: at("output_tokens"),
  reasoning: at("reasoning_tokens"),
  usageQuality: at("usage_quality"),
  cost: at("cost"),
  errorType: at("error_type"),
  errorMessage: at("error_message"),
  errorStack: at("error_stack"),
  statusCode: at("status_code"),
  finishReason: at("finish_reason"),
  endpoint: at("endpoint"),
  userId: at("user_id"),
  organizationId: at("organization_id"),
  service: at("service"),
  traceId: at("trace_id"),
  responseId: at("response_id"),
  apiKey: at("api_key"),
  queueMs: at("queue_ms"),
  serviceTier: at("service_tier"),
  attributes: at("attributes"),
  demo: at("demo"),
} as const;

type Row = readonly unknown[];

function decodeUsage(row: Row): TokenUsage | null {
  const input = number(row[place.input]);
  if (input === null) return null;
  return {
    input,
    cacheRead: number(row[place.cacheRead]) ?? 0,
    cacheWrite: number(row[place.cacheWrite]) ?? 0,
    output: number(row[place.output]) ?? 0,
    reasoning: number(row[place.reasoning]) ?? 0,
  };
}

function decodeFailure(row: Row): RequestFailure | null {
  const type = text(row[place.errorType]);
  if (type === null) return null;
  const message = text(row[place.errorMessage]) ?? "";
  const stack = text(row[place.errorStack]);
  return stack === null ? { type, message } : { type, message, stack };
}

function decodeAttributes(row: Row): Attributes | null {
  const json = text(row[place.attributes]);
  const parsed: unknown = json === null ? null : JSON.parse(json);
  if (typeof parsed !== "object" || parsed === null) return null;
  return Object.fromEntries(Object.entries(parsed).map(([name, value]) => [name, String(value)]));
}

function decodeRow(row: Row): RequestEvent {
  return {
    id: text(row[place.id]) ?? "",
    source: sourceOf(row[place.source]),
    model: text(row[place.model]) ?? "",
    provider: text(row[place.provider]),
    status: oneOf(statuses, row[place.status], "error"),
    created: number(row[place.created]) ?? 0,
    latencyMs: number(row[place.latencyMs]),
    ttftMs: number(row[place.ttftMs]),
    streaming: row[place.streaming] === true,
    usage: decodeUsage(row),
    usageQuality: oneOf(qualities, row[place.usageQuality], "unknown"),
    cost: number(row[place.cost]),
    failure: decodeFailure(row),
    statusCode: number(row[place.statusCode]),
    finishReason: text(row[place.finishReason]),
    endpoint: text(row[place.endpoint]),
    userId: text(row[place.userId]),
    organizationId: text(row[place.organizationId]),
    service: text(row[place.service]),
    traceId: text(row[place.traceId]),
    responseId: text(row[place.responseId]),
    apiKey: text(row[place.apiKey]),
    queueMs: number(row[place.queueMs]),
    serviceTier: text(row[place.serviceTier]),
    attributes: decodeAttributes(row),
    demo: row[place.demo] === true,
  };
}

/** Rows decoded without a pause: a fraction of a millisecond. */
const AT_ONCE = 100;

/** As `decode`, with turns for others between. */
export async function decodeInTurns(rows: Rows): Promise<RequestEvent[]> {
  const events: RequestEvent[] = [];
  for (let at = 0; at < rows.length; at += AT_ONCE) {
    if (at > 0) await turn();
    events.push(...decode(rows.slice(at, at + AT_ONCE)));
  }
  return events;
}

export function decode(rows: Rows): RequestEvent[] {
  const parsed: unknown = JSON.parse(`[${rows.join(",")}]`);
  return Array.isArray(parsed) ? parsed.map(decodeRow) : [];
}
