import type { DuckDBConnection } from "@duckdb/node-api";
import type { Remembered } from "../store.ts";
import { accountRows, decodeAccounts, decodeJoins, joinRows, type StoredRows } from "./accounts.ts";
import { snapshot } from "./snapshot.ts";

/** `Remembered` with its rows still encoded. */
export interface RememberedRows {
  readonly accounts: StoredRows;
  readonly joins: StoredRows;
}

export async function remember(
  connection: DuckDBConnection,
  from: number,
): Promise<RememberedRows> {
  return snapshot(connection, async () => ({
    accounts: await accountRows(connection, from),
    joins: await joinRows(connection, from),
  }));
}

export function decodeRemembered({ accounts, joins }: RememberedRows): Remembered {
  return { accounts: decodeAccounts(accounts), joins: decodeJoins(joins) };
}
