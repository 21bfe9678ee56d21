import type { DuckDBConnection } from "@duckdb/node-api";
import type { SeriesQuery } from "../store.ts";
import { type PackedLines, selectLines } from "./lines.ts";
import { groupSql, metricSql } from "./metrics.ts";
import { endColumn } from "./row.ts";
import { Conditions } from "./where.ts";

export async function series(
  connection: DuckDBConnection,
  { metric, from, to, step, groupBy, query }: SeriesQuery,
): Promise<PackedLines> {
  const group = groupBy === undefined ? "NULL::VARCHAR" : groupSql[groupBy];
  // The first and the last step may reach beyond what was asked for: a rate is over the part within.
  const seconds = "(least(start + $step, $to) - greatest(start, $from)) / 1000";
  const conditions = new Conditions({ from, to, step })
    // Nothing ended after it was stored: rows stored before are never read.
    .add(`stored_at >= $from AND ${endColumn} >= $from AND ${endColumn} < $to`)
    .query(query);
  return selectLines(
    connection,
    `SELECT ${group} AS line, (floor(${endColumn} / $step) * $step)::DOUBLE AS start, (${metricSql[metric](seconds)})::DOUBLE AS value
     FROM requests ${conditions.clause}
     GROUP BY line, start HAVING value IS NOT NULL
     ORDER BY line NULLS LAST, start`,
    conditions.values,
  );
}
