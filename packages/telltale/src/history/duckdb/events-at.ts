import type { DuckDBConnection } from "@duckdb/node-api";
import { eventColumn, type Rows } from "./row.ts";
import { select } from "./select.ts";

const tables = ["requests", "in_progress", "peak_rows"] as const;

/** A row that is in one of the tables at this moment. */
export interface Spot {
  readonly table: (typeof tables)[number];
  readonly seq: number;
  /** Stable within a transaction. */
  readonly rowid: number;
}

/** More rows at once would be found by looking through all between the first and the last of them. */
export const MOST_SPOTS = 1000;

/**
 * The condition of these rows. `seq` tells the engine which row groups it needs not open, and `rowid`,
 * which alone it knows without reading anything, which 2048 rows within the others.
 */
function isOneOf(spots: readonly Pick<Spot, "seq" | "rowid">[]): string {
  const list = (numbers: readonly number[]): string => `unnest([${numbers.join(", ")}]::BIGINT[])`;
  const [rowids, seqs] = [spots.map(({ rowid }) => rowid), spots.map(({ seq }) => seq)];
  return `(rowid, seq) IN (SELECT ${list(rowids)}, ${list(seqs)})`;
}

/** The events of the rows, in their order. */
export async function eventsAt(
  connection: DuckDBConnection,
  spots: readonly Spot[],
): Promise<Rows> {
  const events = new Map<number, string>();
  for (const table of tables) {
    const own = spots.filter((spot) => spot.table === table);
    if (own.length === 0) continue;
    const rows = await select(
      connection,
      `SELECT seq::DOUBLE AS seq, ${eventColumn} FROM ${table} WHERE ${isOneOf(own)}`,
      {},
    );
    rows.texts("event").forEach((event, row) => {
      events.set(Number(rows.cell("seq", row)), event);
    });
  }
  return spots.flatMap(({ seq }) => events.get(seq) ?? []);
}
