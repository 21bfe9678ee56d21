import type { DuckDBConnection } from "@duckdb/node-api";
import { bucketSql } from "../histogram.ts";
import { writeLetters } from "./letters.ts";
import { type Level, levels, sumColumns, sums } from "./levels.ts";
import { copyAmended, writePeaks } from "./peaks.ts";
import { endColumn } from "./row.ts";
import { addAmended, searchStatements } from "./search-index.ts";
import { select } from "./select.ts";

/** Rows summed up in one transaction; bounds the memory it takes. */
const STRETCH = 100_000;

/** What is done with stretches of `seq`, and how often. */
export interface Stretched {
  readonly name: Level["name"] | "search" | "letters" | "peaks";
  /** A stretch is dealt with when it has so many rows, or is so old (ms). */
  readonly everyRows: number;
  readonly every: number;
  /** It is as large for few requests as for many: a stretch that is not whole waits, and may be forgotten. */
  readonly wholeOnly: boolean;
  /** Does it with the requests after `from` up to `to`. */
  readonly write: (connection: DuckDBConnection, from: number, to: number) => Promise<void>;
}

export const stretched: readonly Stretched[] = [
  ...levels.map(
    (level): Stretched => ({
      ...level,
      wholeOnly: false,
      write: async (connection, from, to) => {
        const rows = summing(level, `seq > ${from} AND seq <= ${to}`);
        await connection.run(`INSERT INTO ${level.table} BY NAME ${rows}`);
      },
    }),
  ),
  {
    name: "search",
    everyRows: STRETCH,
    every: 3_600_000,
    wholeOnly: false,
    write: async (connection, from, to) => {
      for (const statement of searchStatements(from, to)) await connection.run(statement);
    },
  },
  {
    name: "letters",
    everyRows: STRETCH,
    every: Number.POSITIVE_INFINITY,
    wholeOnly: true,
    write: (connection, from, to) => writeLetters(connection, from + 1, to),
  },
  {
    name: "peaks",
    everyRows: STRETCH,
    every: Number.POSITIVE_INFINITY,
    wholeOnly: true,
    write: writePeaks,
  },
];

/** How far each has come: the last `seq`. Consistent with what was written in one transaction. */
export async function marks(
  connection: DuckDBConnection,
): Promise<Record<Stretched["name"], number>> {
  const rows = await select(connection, "SELECT level, seq FROM rolled", {});
  const found = { minute: 0, hour: 0, service: 0, search: 0, letters: 0, peaks: 0 };
  for (const { name } of stretched) {
    for (let i = 0; i < rows.length; i++) {
      if (rows.cell("level", i) === name) found[name] = Number(rows.cell("seq", i));
    }
  }
  return found;
}

/** Up to which `seq` requests are needed no more for what is summed up. */
export async function summedUp(connection: DuckDBConnection): Promise<number> {
  const reached = await marks(connection);
  const needed = stretched.filter(({ wholeOnly }) => !wholeOnly);
  return Math.min(...needed.map(({ name }) => reached[name]));
}

/** What a map of counts by bucket (`histogram`) is kept as: a list of buckets, ascending, and one of counts. */
export function sketchColumns(map: string, as: string): string {
  return `map_keys(${map})::USMALLINT[] AS ${as}_buckets, map_values(${map})::INTEGER[] AS ${as}_counts`;
}

/** A query for the sums and sketches of the requests that fulfil `condition`, as the tables have them. */
function summing({ width, by }: Level, condition: string): string {
  const group = ["start", ...by, "status"].join(", ");
  return `SELECT * EXCLUDE (latency, ttft), ${sketchColumns("latency", "latency")}, ${sketchColumns("ttft", "ttft")}
    FROM (SELECT (floor(${endColumn} / ${width}) * ${width})::BIGINT AS start, ${by.join(", ")}, status, ${sumColumns},
        histogram(${bucketSql("latency_ms")}) AS latency, histogram(${bucketSql("ttft_ms")}) AS ttft,
        max(stored_at) AS rolled_at
      FROM requests WHERE ${condition} GROUP BY ${group})
    ORDER BY ${group}`;
}

/** The same rows, so that they take away what the others add. */
function negated({ by }: Level, rows: string): string {
  const taken = (name: string): string => `list_transform(${name}, lambda n: -n) AS ${name}`;
  const figures = sums.map(({ name, merge }) =>
    // What was the longest stays so: nobody knows the second longest.
    merge === "max" ? name : `-${name} AS ${name}`,
  );
  return `SELECT start, ${by.join(", ")}, status, ${figures.join(", ")}, latency_buckets, ${taken("latency_counts")},
      ttft_buckets, ${taken("ttft_counts")}, rolled_at FROM (${rows})`;
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
    const rows = summing(level, condition);
    const query = sign === 1 ? rows : negated(level, rows);
    await select(connection, `INSERT INTO ${level.table} BY NAME ${query}`, { since });
  }
  if (sign === -1) return;
  const changed = (mark: number): string =>
    `FROM requests WHERE stored_at >= $since AND seq <= ${mark} AND id IN (SELECT id FROM amended)`;
  await addAmended(connection, changed(reached.search), { since });
  await copyAmended(connection, changed(reached.peaks), { since });
}

/** Sums up one stretch; `true` when there is more up to `last`. */
export async function rollUp(
  connection: DuckDBConnection,
  { name, wholeOnly, write }: Stretched,
  last: number,
): Promise<boolean> {
  const from = (await marks(connection))[name];
  if (from >= last || (wholeOnly && from + STRETCH > last)) return false;
  const to = Math.min(last, from + STRETCH);
  await connection.run("BEGIN");
  try {
    await write(connection, from, to);
    await connection.run("UPDATE rolled SET seq = $1 WHERE level = $2", [BigInt(to), name]);
    await connection.run("COMMIT");
  } catch (error) {
    await connection.run("ROLLBACK").catch(() => undefined);
    throw error;
  }
  return to < last;
}
