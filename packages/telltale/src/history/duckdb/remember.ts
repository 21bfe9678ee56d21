import { type DuckDBConnection, DuckDBDoubleVector, DuckDBVarCharVector } from "@duckdb/node-api";
import { hashIds } from "../../id-hash.ts";
import type { KnownIds, Remembered } from "../store.ts";
import { accountRows, decodeAccounts, decodeJoins, joinRows, type StoredRows } from "./accounts.ts";
import { snapshot } from "./snapshot.ts";

/** `Remembered` with its rows still encoded. */
export interface RememberedRows {
  readonly ids: readonly KnownIds[];
  readonly accounts: StoredRows;
  readonly joins: StoredRows;
}

/** A chunk at a time, as hashes: a day of ids is a lot to have as text, or to clone. */
async function knownIds(connection: DuckDBConnection, from: number): Promise<KnownIds[]> {
  const found: KnownIds[] = [];
  for (const table of ["requests", "joined"]) {
    const result = await connection.stream(
      `SELECT id, stored_at FROM ${table} WHERE stored_at > $1`,
      [from],
    );
    for (;;) {
      const chunk = await result.fetchChunk();
      if (chunk === null || chunk.rowCount === 0) break;
      const ids = chunk.getColumnVector(0);
      const times = chunk.getColumnVector(1);
      if (!(ids instanceof DuckDBVarCharVector && times instanceof DuckDBDoubleVector)) break;
      const texts = Array.from({ length: chunk.rowCount }, (_, row) => ids.getItem(row) ?? "");
      const storedAt = Float64Array.from(texts, (_, row) => times.getItem(row) ?? 0);
      found.push({ hashes: hashIds(texts), storedAt });
    }
  }
  return found;
}

export async function remember(
  connection: DuckDBConnection,
  from: number,
): Promise<RememberedRows> {
  return snapshot(connection, async () => ({
    ids: await knownIds(connection, from),
    accounts: await accountRows(connection, from),
    joins: await joinRows(connection, from),
  }));
}

export function decodeRemembered({ ids, accounts, joins }: RememberedRows): Remembered {
  return { ids, accounts: decodeAccounts(accounts), joins: decodeJoins(joins) };
}
