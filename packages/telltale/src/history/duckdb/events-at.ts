import type { DuckDBConnection } from "@duckdb/node-api";
import { eventColumn, type Rows } from "./row.ts";
import { select } from "./select.ts";

/** A row that is in one of the tables at this moment. */
export interface Spot {
  readonly table: "requests" | "in_progress";
  readonly seq: number;
  /** Stable within a transaction. */
  readonly rowid: number;
}

/**
 * The events of the rows, in their order. `seq` tells the engine which row groups it needs not open,
 * and `rowid`, which alone it knows without reading anything, which 2048 rows within the others.
 */
export async function eventsAt(
  connection: DuckDBConnection,
  spots: readonly Spot[],
): Promise<Rows> {
  const events = new Map<number, string>();
  for (const table of ["requests", "in_progress"] as const) {
    const own = spots.filter((spot) => spot.table === table);
    if (own.length === 0) continue;
    const list = (numbers: readonly number[]): string =>
      `unnest([${numbers.join(", ")}]::BIGINT[])`;
    const rows = await select(
      connection,
      `SELECT seq::DOUBLE AS seq, ${eventColumn} FROM ${table} WHERE (rowid, seq) IN (
         SELECT ${list(own.map(({ rowid }) => rowid))}, ${list(own.map(({ seq }) => seq))})`,
      {},
    );
    rows.texts("event").forEach((event, row) => {
      events.set(Number(rows.cell("seq", row)), event);
    });
  }
  return spots.flatMap(({ seq }) => events.get(seq) ?? []);
}
