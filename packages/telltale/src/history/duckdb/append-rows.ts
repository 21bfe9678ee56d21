import type { DuckDBAppender, DuckDBConnection } from "@duckdb/node-api";
import { type Cell, type Columns, columns } from "./row.ts";

function appendCell(appender: DuckDBAppender, kind: string, cell: Cell): void {
  if (typeof cell === "string") appender.appendVarchar(cell);
  else if (typeof cell === "boolean") appender.appendBoolean(cell);
  else if (cell === null || !Number.isFinite(cell)) appender.appendNull();
  else if (kind === "count") appender.appendBigInt(BigInt(Math.round(cell)));
  else appender.appendDouble(cell);
}

/** Writes whole rows of events to a table of the form of `requests`. */
export async function appendRows(
  connection: DuckDBConnection,
  table: string,
  rows: Columns,
  firstSeq: number,
  storedAt: number,
): Promise<void> {
  const length = rows[0]?.length ?? 0;
  if (length === 0) return;
  const appender = await connection.createAppender(table);
  try {
    for (let row = 0; row < length; row++) {
      appender.appendBigInt(BigInt(firstSeq + row));
      appender.appendDouble(storedAt);
      for (const [i, { kind }] of columns.entries()) {
        appendCell(appender, kind, rows[i]?.[row] ?? null);
      }
      appender.endRow();
    }
  } catch (error) {
    // Else the rows so far would be flushed into whatever transaction is open when it is collected.
    appender.clear();
    throw error;
  } finally {
    appender.closeSync();
  }
}
