import type { RequestStatus } from "@telltale/protocol";
import { type RequestEvent, type Source, type UsageQuality, unknownRequest } from "../../event.ts";

export type Cell = string | number | boolean | null;

/** Rows as one array per column: crosses threads without repeating a single key. */
export type Columns = readonly (readonly Cell[])[];

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
] as const satisfies readonly Column[];

type Name = (typeof table)[number]["name"];

/** The columns of an event, in the order of the table, after `seq` and `stored_at`. */
export const columns: readonly Column[] = table;

/** Counts leave the engine as DOUBLE: exact up to 2^53, and no BigInt on the way. */
export const selected: string = columns
  .map(({ name, kind }) => (kind === "count" ? `${name}::DOUBLE AS ${name}` : name))
  .join(", ");

export function encode(events: readonly RequestEvent[]): Columns {
  return columns.map(({ of }) => events.map((event) => of(event)));
}

const positions: ReadonlyMap<string, number> = new Map(columns.map(({ name }, i) => [name, i]));

function reader(rows: Columns, row: number): (name: Name) => Cell {
  return (name) => rows[positions.get(name) ?? -1]?.[row] ?? null;
}

const text = (cell: Cell): string | null => (typeof cell === "string" ? cell : null);
const number = (cell: Cell): number | null => (typeof cell === "number" ? cell : null);

function oneOf<T extends string>(values: readonly T[], cell: Cell, otherwise: T): T {
  return values.find((value) => value === cell) ?? otherwise;
}

const sources: readonly Source[] = ["native", "proxy", "otlp", "litellm"];
const statuses: readonly RequestStatus[] = ["success", "error", "in_progress"];
const qualities: readonly UsageQuality[] = ["reported", "estimated", "unknown"];

function decodeRow(cell: (name: Name) => Cell): RequestEvent {
  const input = number(cell("input_tokens"));
  const errorType = text(cell("error_type"));
  const stack = text(cell("error_stack"));
  return {
    ...unknownRequest,
    id: text(cell("id")) ?? "",
    source: oneOf(sources, cell("source"), "native"),
    model: text(cell("model")) ?? "",
    provider: text(cell("provider")),
    status: oneOf(statuses, cell("status"), "error"),
    created: number(cell("created")) ?? 0,
    latencyMs: number(cell("latency_ms")),
    ttftMs: number(cell("ttft_ms")),
    streaming: cell("streaming") === true,
    usage:
      input === null
        ? null
        : {
            input,
            cacheRead: number(cell("cache_read_tokens")) ?? 0,
            cacheWrite: number(cell("cache_write_tokens")) ?? 0,
            output: number(cell("output_tokens")) ?? 0,
            reasoning: number(cell("reasoning_tokens")) ?? 0,
          },
    usageQuality: oneOf(qualities, cell("usage_quality"), "unknown"),
    cost: number(cell("cost")),
    failure:
      errorType === null
        ? null
        : {
            type: errorType,
            message: text(cell("error_message")) ?? "",
            ...(stack === null ? {} : { stack }),
          },
    statusCode: number(cell("status_code")),
    finishReason: text(cell("finish_reason")),
    endpoint: text(cell("endpoint")),
    userId: text(cell("user_id")),
    organizationId: text(cell("organization_id")),
    service: text(cell("service")),
    traceId: text(cell("trace_id")),
    responseId: text(cell("response_id")),
    demo: cell("demo") === true,
  };
}

export function decode(rows: Columns): RequestEvent[] {
  const length = rows[0]?.length ?? 0;
  return Array.from({ length }, (_, row) => decodeRow(reader(rows, row)));
}
