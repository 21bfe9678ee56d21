import type { DuckDBConnection } from "@duckdb/node-api";
import type { RequestFilter } from "../store.ts";
import type { Place } from "./cursor.ts";
import { eventColumn, type Rows } from "./row.ts";
import { select } from "./select.ts";

/** One condition per filter; `$name` is bound to the filter's value. */
const conditions = {
  model: "model = $model",
  provider: "provider = $provider",
  status: "status = $status",
  userId: "user_id = $userId",
  organizationId: "organization_id = $organizationId",
  endpoint: "endpoint = $endpoint",
  service: "service = $service",
  minLatencyMs: "latency_ms >= $minLatencyMs",
  maxLatencyMs: "latency_ms <= $maxLatencyMs",
  text: `(${["id", "model", "error_type", "error_message", "user_id", "endpoint"]
    .map((name) => `contains(lower(coalesce(${name}, '')), lower($text))`)
    .join(" OR ")})`,
  from: "created >= $from",
  to: "created < $to",
} satisfies Record<keyof RequestFilter, string>;

const newestFirst = "ORDER BY created DESC, seq DESC";

export interface Page {
  readonly rows: Rows;
  readonly next: Place | null;
}

function where(
  filter: RequestFilter,
  after: Place | null,
): { clause: string; values: Record<string, string | number> } {
  const parts: string[] = [];
  const values: Record<string, string | number> = {};
  for (const [name, condition] of Object.entries(conditions)) {
    const value = Object.entries(filter).find(([key]) => key === name)?.[1];
    if (value === undefined) continue;
    parts.push(condition);
    values[name] = value;
  }
  if (after !== null) {
    parts.push("(created < $afterCreated OR (created = $afterCreated AND seq < $afterSeq))");
    values["afterCreated"] = after.created;
    values["afterSeq"] = after.seq;
  }
  return { clause: parts.length === 0 ? "" : `WHERE ${parts.join(" AND ")}`, values };
}

/**
 * A running request keeps `created` when it finishes, and its `seq` only grows: it may leave the
 * pages still to come, never appear in them twice.
 */
export async function page(
  connection: DuckDBConnection,
  filter: RequestFilter,
  limit: number,
  after: Place | null,
): Promise<Page> {
  const { clause, values } = where(filter, after);
  const from = (table: string): string =>
    `(SELECT * FROM ${table} ${clause} ${newestFirst} LIMIT ${limit + 1})`;
  const found = await select(
    connection,
    `SELECT ${eventColumn}, created, seq::DOUBLE AS seq
     FROM (FROM ${from("requests")} UNION ALL FROM ${from("in_progress")})
     ${newestFirst} LIMIT ${limit + 1}`,
    values,
  );
  const rows = found.texts("event").slice(0, limit);
  if (found.length <= limit) return { rows, next: null };
  const last = (name: string): number => Number(found.cell(name, limit - 1));
  return { rows, next: { created: last("created"), seq: last("seq") } };
}

export async function byId(connection: DuckDBConnection, id: string): Promise<Rows> {
  const from = async (table: string): Promise<Rows> => {
    const sql = `SELECT ${eventColumn} FROM ${table} WHERE id = $id ORDER BY seq DESC LIMIT 1`;
    return (await select(connection, sql, { id })).texts("event");
  };
  const finished = await from("requests");
  return finished.length === 1 ? finished : from("in_progress");
}
