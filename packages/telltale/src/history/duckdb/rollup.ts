import type { DuckDBConnection } from "@duckdb/node-api";
import { bucketSql, countsOf, encodeCounts } from "../histogram.ts";
import { type Level, levels, type Sum, sumColumns, sums } from "./levels.ts";
import { endColumn } from "./row.ts";
import { type Selection, select } from "./select.ts";

/** Rows summed up in one transaction; bounds the memory it takes. */
const STRETCH = 100_000;

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

async function write(
  connection: DuckDBConnection,
  { table, by, packed }: Level,
  rows: Selection,
  sign: 1 | -1,
): Promise<void> {
  if (rows.length === 0) return;
  const appender = await connection.createAppender(table);
  const put = (name: string, row: number, sum?: Sum): void => {
    const cell = rows.cell(name, row);
    if (typeof cell === "string") appender.appendVarchar(cell);
    else if (typeof cell !== "number") appender.appendNull();
    else if (sum === undefined) appender.appendBigInt(BigInt(cell));
    // What was the longest stays so: nobody knows the second longest.
    else if (sum.merge === "max") appender.appendDouble(cell);
    else if (sum.type === "DOUBLE") appender.appendDouble(sign * cell);
    else appender.appendBigInt(BigInt(sign * cell));
  };
  try {
    for (let row = 0; row < rows.length; row++) {
      for (const name of ["start", ...by, "status"]) put(name, row);
      for (const sum of sums) put(sum.name, row, sum);
      for (const name of ["latency", "ttft"]) {
        const counts = countsOf(rows.cell(name, row)).map(([at, n]) => [at, sign * n] as const);
        if (counts.length === 0) appender.appendNull();
        else if (packed) appender.appendBlob(encodeCounts(counts));
        else appender.appendVarchar(JSON.stringify(Object.fromEntries(counts)));
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

/** A query for the sums and sketches of the requests that fulfil `condition`, as the tables have them. */
function summing({ width, by }: Level, condition: string): string {
  const histogram = (column: string): string => `to_json(histogram(${bucketSql(column)}))::VARCHAR`;
  const group = ["start", ...by, "status"].join(", ");
  return `SELECT (floor(${endColumn} / ${width}) * ${width})::BIGINT AS start, ${by.join(", ")}, status, ${sumColumns},
      ${histogram("latency_ms")} AS latency, ${histogram("ttft_ms")} AS ttft, max(stored_at) AS rolled_at
    FROM requests WHERE ${condition} GROUP BY ${group} ORDER BY ${group}`;
}

/**
 * Takes the requests of the table `amended` out of the sums they are already in, or puts them in
 * again; within the transaction that changes them, and never while a stretch is summed up.
 */
export async function contribute(
  connection: DuckDBConnection,
  sign: 1 | -1,
  since: number,
): Promise<void> {
  const reached = await marks(connection);
  for (const level of levels) {
    const condition = `stored_at >= $since AND seq <= ${reached[level.name]} AND id IN (SELECT id FROM amended)`;
    await write(
      connection,
      level,
      await select(connection, summing(level, condition), { since }),
      sign,
    );
  }
}

/** Sums up one stretch; `true` when there is more up to `last`. */
export async function rollUp(
  connection: DuckDBConnection,
  level: Level,
  last: number,
): Promise<boolean> {
  const { name } = level;
  const from = (await marks(connection))[name];
  if (from >= last) return false;
  const to = Math.min(last, from + STRETCH);
  const query = summing(level, `seq > ${from} AND seq <= ${to}`);
  const rows = level.packed ? await select(connection, query, {}) : null;
  await connection.run("BEGIN");
  try {
    if (rows === null) await connection.run(`INSERT INTO ${level.table} BY NAME ${query}`);
    else await write(connection, level, rows, 1);
    await connection.run("UPDATE rolled SET seq = $1 WHERE level = $2", [BigInt(to), name]);
    await connection.run("COMMIT");
  } catch (error) {
    await connection.run("ROLLBACK").catch(() => undefined);
    throw error;
  }
  return to < last;
}
