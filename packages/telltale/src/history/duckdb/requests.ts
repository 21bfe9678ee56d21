import type { DuckDBConnection } from "@duckdb/node-api";
import type { RequestFilter, RequestOrder } from "../store.ts";
import type { Place } from "./cursor.ts";
import { eventColumn, type Rows } from "./row.ts";
import { select } from "./select.ts";
import { Conditions } from "./where.ts";

const orders: Readonly<Record<RequestOrder, { readonly sort: string; readonly after: string }>> = {
  newest: { sort: "ORDER BY created DESC, seq DESC", after: "<" },
  oldest: { sort: "ORDER BY created, seq", after: ">" },
};

export interface Page {
  readonly rows: Rows;
  readonly next: Place | null;
}

export interface PageRequest {
  readonly filter: RequestFilter;
  readonly limit: number;
  readonly after: Place | null;
  readonly order: RequestOrder;
}

/**
 * A running request keeps `created` when it finishes, and its `seq` only grows: newest first it may
 * leave the pages still to come, never appear in them twice. Oldest first it may come once more,
 * finished, within the same millisecond.
 */
export async function page(
  connection: DuckDBConnection,
  { filter, limit, after, order }: PageRequest,
): Promise<Page> {
  const { sort, after: beyond } = orders[order];
  const conditions = new Conditions().filter(filter);
  if (after !== null) {
    conditions.add(
      `(created ${beyond} $afterCreated OR (created = $afterCreated AND seq ${beyond} $afterSeq))`,
      { afterCreated: after.created, afterSeq: after.seq },
    );
  }
  const reach = await reachOf(connection, conditions, { filter, limit, after, order });
  if (reach !== null) conditions.add(`created ${order === "newest" ? ">=" : "<="} ${reach}`);
  // Which rows first, and their other columns after: reading these is what takes time.
  const from = (table: string): string =>
    `(SELECT * FROM ${table} WHERE seq IN (
        SELECT seq FROM ${table} ${conditions.clause} ${sort} LIMIT ${limit + 1}))`;
  const found = await select(
    connection,
    `SELECT ${eventColumn}, created, seq::DOUBLE AS seq
     FROM (FROM ${from("requests")} UNION ALL FROM ${from("in_progress")})
     ${sort} LIMIT ${limit + 1}`,
    conditions.values,
  );
  const rows = found.texts("event").slice(0, limit);
  if (found.length <= limit) return { rows, next: null };
  const last = (name: string): number => Number(found.cell(name, limit - 1));
  return { rows, next: { created: last("created"), seq: last("seq") } };
}

/** Rows that are looked through first, one after the other: they hold the whole page as a rule. */
const NEAR = [200_000, 2_000_000] as const;

/**
 * A time that the page does not reach beyond: enough requests that pass lie before it, among those
 * stored near where the page begins. Which others do is then quick to tell, for most rows lie in
 * groups that are altogether beyond it. Null when there are not enough.
 */
async function reachOf(
  connection: DuckDBConnection,
  conditions: Conditions,
  { filter, limit, after, order }: PageRequest,
): Promise<number | null> {
  const newest = order === "newest";
  const bound = newest ? filter.to : filter.from;
  const edge = newest ? "max" : "min";
  const begins =
    bound === undefined
      ? `SELECT ${edge}(seq) FROM requests`
      : `SELECT ${edge}(seq) FROM requests WHERE created ${newest ? "<" : ">="} ${bound}`;
  const begin =
    after?.seq ??
    Number((await select(connection, `SELECT (${begins}) AS seq`, {})).cell("seq", 0));
  const { clause, values } = conditions;
  for (const rows of NEAR) {
    const near = newest
      ? `seq > ${begin - rows} AND seq <= ${begin}`
      : `seq < ${begin + rows} AND seq >= ${begin}`;
    const found = await select(
      connection,
      `SELECT created FROM requests ${clause === "" ? "WHERE" : `${clause} AND`} ${near}
       ORDER BY created ${newest ? "DESC" : ""} LIMIT 1 OFFSET ${limit}`,
      values,
    );
    if (found.length > 0) return Number(found.cell("created", 0));
  }
  return null;
}

export async function count(connection: DuckDBConnection, filter: RequestFilter): Promise<number> {
  const conditions = new Conditions().filter(filter);
  const from = (table: string): string =>
    `(SELECT count(*)::DOUBLE FROM ${table} ${conditions.clause})`;
  const found = await select(
    connection,
    `SELECT ${from("requests")} + ${from("in_progress")} AS count`,
    conditions.values,
  );
  return Number(found.cell("count", 0));
}

export async function byId(connection: DuckDBConnection, id: string): Promise<Rows> {
  const from = async (table: string): Promise<Rows> => {
    const sql = `SELECT ${eventColumn} FROM ${table} WHERE id = $id ORDER BY seq DESC LIMIT 1`;
    return (await select(connection, sql, { id })).texts("event");
  };
  const finished = await from("requests");
  return finished.length === 1 ? finished : from("in_progress");
}
