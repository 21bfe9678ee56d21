import type { DuckDBConnection } from "@duckdb/node-api";
import { bucketSql, type Count, encodeCounts } from "../histogram.ts";
import { type Level, levels, type Sum, sumColumns, sums } from "./levels.ts";
import { endColumn } from "./row.ts";
import { type Selection, select } from "./select.ts";

/** Rows summed up in one transaction; bounds the memory it takes. */
const STRETCH = 250_000;

/** How far each level has been summed up: the last `seq`. Consistent with its rows in one transaction. */
export async function marks(connection: DuckDBConnection): Promise<Record<Level["name"], number>> {
  const rows = await select(connection, "SELECT level, seq FROM rolled", {});
  const found = { minute: 0, hour: 0, service: 0 };
  for (const { name } of levels) {
    for (let i = 0; i < rows.length; i++) {
      if (rows.cell("level", i) === name) found[name] = Number(rows.cell("seq", i));
    }
  }
  return found;
}

function* countsOf(json: unknown): Generator<Count> {
  const parsed: unknown = typeof json === "string" ? JSON.parse(json) : null;
  if (typeof parsed !== "object" || parsed === null) return;
  // Keys that are whole numbers come in ascending order.
  for (const [bucket, count] of Object.entries(parsed)) yield [Number(bucket), Number(count)];
}

async function write(
  connection: DuckDBConnection,
  { table, by }: Level,
  rows: Selection,
): Promise<void> {
  if (rows.length === 0) return;
  const appender = await connection.createAppender(table);
  const put = (name: string, row: number, type: Sum["type"] = "BIGINT"): void => {
    const cell = rows.cell(name, row);
    if (typeof cell === "string") appender.appendVarchar(cell);
    else if (typeof cell !== "number") appender.appendNull();
    else if (type === "DOUBLE") appender.appendDouble(cell);
    else appender.appendBigInt(BigInt(cell));
  };
  try {
    for (let row = 0; row < rows.length; row++) {
      for (const name of ["start", ...by, "status"]) put(name, row);
      for (const { name, type } of sums) put(name, row, type);
      for (const name of ["latency", "ttft"]) {
        const bytes = encodeCounts(countsOf(rows.cell(name, row)));
        if (bytes.length === 0) appender.appendNull();
        else appender.appendBlob(bytes);
      }
      appender.appendDouble(Number(rows.cell("rolled_at", row)));
      appender.endRow();
    }
  } catch (error) {
    appender.clear();
    throw error;
  } finally {
    appender.closeSync();
  }
}

/** Sums up one stretch; `true` when there is more up to `last`. */
export async function rollUp(
  connection: DuckDBConnection,
  level: Level,
  last: number,
): Promise<boolean> {
  const { name, width, by } = level;
  const from = (await marks(connection))[name];
  if (from >= last) return false;
  const to = Math.min(last, from + STRETCH);
  const histogram = (column: string): string => `to_json(histogram(${bucketSql(column)}))::VARCHAR`;
  const rows = await select(
    connection,
    `SELECT (floor(${endColumn} / ${width}) * ${width})::BIGINT AS start, ${by.join(", ")}, status, ${sumColumns},
       ${histogram("latency_ms")} AS latency, ${histogram("ttft_ms")} AS ttft, max(stored_at) AS rolled_at
     FROM requests WHERE seq > ${from} AND seq <= ${to}
     GROUP BY start, ${by.join(", ")}, status ORDER BY start, ${by.join(", ")}, status`,
    {},
  );
  await connection.run("BEGIN");
  try {
    await write(connection, level, rows);
    await connection.run("UPDATE rolled SET seq = $1 WHERE level = $2", [BigInt(to), name]);
    await connection.run("COMMIT");
  } catch (error) {
    await connection.run("ROLLBACK").catch(() => undefined);
    throw error;
  }
  return to < last;
}
