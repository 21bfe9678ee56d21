import type { DuckDBConnection } from "@duckdb/node-api";
import type { StoredAccount, StoredJoin } from "../store.ts";
import { sourceOf } from "./row.ts";
import { select } from "./select.ts";

/** As many as are remembered while running. */
const mostAccounts = 100_000;

/** JSON arrays of rows, some hundred in each: what is decoded at once blocks its thread. */
export type StoredRows = readonly string[];

const AT_ONCE = 500;

function packed(rows: readonly string[]): StoredRows {
  const packs: string[] = [];
  for (let at = 0; at < rows.length; at += AT_ONCE) {
    packs.push(`[${rows.slice(at, at + AT_ONCE).join(",")}]`);
  }
  return packs;
}

export async function accountRows(connection: DuckDBConnection, from: number): Promise<StoredRows> {
  const rows = await select(
    connection,
    `SELECT json_array(id, source, model, endpoint, created, latency_ms, trace_id, response_id, stored_at)::VARCHAR AS account
     FROM (FROM requests WHERE stored_at > $from AND (trace_id IS NOT NULL OR response_id IS NOT NULL)
       ORDER BY seq DESC LIMIT ${mostAccounts})
     ORDER BY seq`,
    { from },
  );
  return packed(rows.texts("account"));
}

export async function joinRows(connection: DuckDBConnection, from: number): Promise<StoredRows> {
  const rows = await select(
    connection,
    `SELECT json_array(id, source, account, trace_id, response_id, inside, encloses, stored_at)::VARCHAR AS joined
     FROM joined WHERE stored_at > $from`,
    { from },
  );
  return packed(rows.texts("joined"));
}

/** @param since what was stored before (Unix ms) is forgotten */
export async function appendJoins(
  connection: DuckDBConnection,
  joins: readonly StoredJoin[],
  since: number,
): Promise<void> {
  if (joins.length === 0) return;
  await connection.run("DELETE FROM joined WHERE stored_at < $1", [since]);
  const appender = await connection.createAppender("joined");
  const put = (text: string | null): void => {
    if (text === null) appender.appendNull();
    else appender.appendVarchar(text);
  };
  try {
    for (const join of joins) {
      const { id, source, account, traceId, responseId, inside } = join;
      for (const text of [id, source, account, traceId, responseId, inside]) put(text);
      appender.appendBoolean(join.encloses);
      appender.appendDouble(join.storedAt);
      appender.endRow();
    }
  } catch (error) {
    appender.clear();
    throw error;
  } finally {
    appender.closeSync();
  }
}

type Row = readonly unknown[];

function* decodeRows<T>(packs: StoredRows, decode: (row: Row) => T): Generator<T> {
  for (const pack of packs) {
    const parsed: unknown = JSON.parse(pack);
    if (Array.isArray(parsed)) yield* parsed.map(decode);
  }
}

export function decodeAccounts(rows: StoredRows): Iterable<StoredAccount> {
  return decodeRows(rows, decodeAccount);
}

export function decodeJoins(rows: StoredRows): StoredJoin[] {
  return [...decodeRows(rows, decodeJoin)];
}

const text = (cell: unknown): string | null => (typeof cell === "string" ? cell : null);
const number = (cell: unknown): number | null => (typeof cell === "number" ? cell : null);

function decodeJoin(row: Row): StoredJoin {
  return {
    id: text(row[0]) ?? "",
    source: sourceOf(row[1]),
    account: text(row[2]) ?? "",
    traceId: text(row[3]),
    responseId: text(row[4]),
    inside: text(row[5]),
    encloses: row[6] === true,
    storedAt: number(row[7]) ?? 0,
  };
}

function decodeAccount(row: Row): StoredAccount {
  return {
    id: text(row[0]) ?? "",
    source: sourceOf(row[1]),
    model: text(row[2]) ?? "",
    endpoint: text(row[3]),
    created: number(row[4]) ?? 0,
    latencyMs: number(row[5]),
    traceId: text(row[6]),
    responseId: text(row[7]),
    storedAt: number(row[8]) ?? 0,
  };
}
