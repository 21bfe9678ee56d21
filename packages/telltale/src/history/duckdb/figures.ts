import type { DuckDBConnection } from "@duckdb/node-api";
import type { Breakdown, BreakdownQuery, FigureName, Scope } from "../store/analysis.ts";
import { groupSql, metricSql } from "./metrics.ts";
import { endColumn } from "./row.ts";
import { select } from "./select.ts";
import { Conditions } from "./where.ts";

/** The rows of a scope; `$from` and `$to` are bound. */
export function within({ from, to, query }: Scope): Conditions {
  return (
    new Conditions({ from, to })
      // Nothing ended after it was stored, and rows lie in the order of storing: most are never read.
      .add(`stored_at >= $from AND ${endColumn} >= $from AND ${endColumn} < $to`)
      .query(query)
  );
}

export const scopeSeconds = "($to - $from) / 1000";

function sqlOf(figure: FigureName): string {
  if (figure === "unknown_cost_requests") return "count_if(cost IS NULL)::DOUBLE";
  if (figure === "unknown_usage_requests") return "count_if(input_tokens IS NULL)::DOUBLE";
  return metricSql[figure](scopeSeconds);
}

export async function breakdown(
  connection: DuckDBConnection,
  { figures, groupBy, sortBy, limit, ...scope }: BreakdownQuery,
): Promise<Breakdown> {
  const conditions = within(scope);
  const values = figures.map((figure, at) => `${sqlOf(figure)} AS f${at}`);
  const group = groupBy === undefined ? "NULL::VARCHAR" : groupSql[groupBy];
  const found = await select(
    connection,
    `SELECT *, count(*) OVER ()::DOUBLE AS total
     FROM (SELECT ${[`${group} AS line`, `${sqlOf(sortBy)} AS sorted`, ...values].join(", ")}
           FROM requests ${conditions.clause} GROUP BY line)
     ORDER BY sorted DESC NULLS LAST, line NULLS LAST LIMIT ${limit}`,
    conditions.values,
  );
  const text = (row: number): string | null => {
    const line = found.cell("line", row);
    return line === null ? null : String(line);
  };
  const number = (name: string, row: number): number | null => {
    const value = found.cell(name, row);
    return value === null ? null : Number(value);
  };
  return {
    rows: Array.from({ length: found.length }, (_, row) => ({
      group: text(row),
      values: figures.map((_figure, at) => number(`f${at}`, row)),
    })),
    groups: found.length === 0 ? 0 : Number(found.cell("total", 0)),
  };
}
