import type { DuckDBConnection } from "@duckdb/node-api";
import type { SeriesLine, SeriesQuery } from "../store.ts";
import { groupSql, metricSql } from "./metrics.ts";
import { endColumn } from "./row.ts";
import { select } from "./select.ts";
import { Conditions } from "./where.ts";

export async function series(
  connection: DuckDBConnection,
  { metric, from, to, step, groupBy, query }: SeriesQuery,
): Promise<SeriesLine[]> {
  const group = groupBy === undefined ? "NULL::VARCHAR" : groupSql[groupBy];
  // The first and the last step may reach beyond what was asked for: a rate is over the part within.
  const seconds = "(least(start + $step, $to) - greatest(start, $from)) / 1000";
  const conditions = new Conditions({ from, to, step })
    // Nothing ended after it was stored: rows stored before are never read.
    .add(`stored_at >= $from AND ${endColumn} >= $from AND ${endColumn} < $to`)
    .query(query);
  const rows = await select(
    connection,
    `SELECT ${group} AS line, floor(${endColumn} / $step) * $step AS start, ${metricSql[metric](seconds)} AS value
     FROM requests ${conditions.clause}
     GROUP BY line, start HAVING value IS NOT NULL
     ORDER BY line NULLS LAST, start`,
    conditions.values,
  );
  const lines = new Map<string | null, [number, number][]>();
  for (let i = 0; i < rows.length; i++) {
    const line = rows.cell("line", i);
    const key = line === null ? null : String(line);
    const points = lines.get(key) ?? [];
    points.push([Number(rows.cell("start", i)), Number(rows.cell("value", i))]);
    lines.set(key, points);
  }
  return Array.from(lines, ([key, points]) => ({ group: key, points }));
}
