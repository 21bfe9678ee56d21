import type { DuckDBConnection } from "@duckdb/node-api";
import type { SeriesGroup, SeriesMetric } from "@telltale/protocol";
import type { SeriesLine, SeriesQuery } from "../store.ts";
import { endColumn } from "./row.ts";
import { select } from "./select.ts";

const prompt = "input_tokens + cache_read_tokens + cache_write_tokens";

/**
 * Percentiles are exact, by nearest rank (`quantile_disc`): a latency that somebody waited. What is
 * unknown is in no sum and no average; a step where nothing is known has no point.
 */
const metrics: Record<SeriesMetric, string> = {
  requests: "count(*)::DOUBLE",
  errors: "count_if(status = 'error')::DOUBLE",
  prompt_tokens: `sum(${prompt})::DOUBLE`,
  completion_tokens: "sum(output_tokens)::DOUBLE",
  tokens: `sum(${prompt} + output_tokens)::DOUBLE`,
  cost: "sum(cost)",
  avg_latency_ms: "avg(latency_ms)",
  p50_latency_ms: "quantile_disc(latency_ms, 0.5)",
  p95_latency_ms: "quantile_disc(latency_ms, 0.95)",
  p99_latency_ms: "quantile_disc(latency_ms, 0.99)",
  p50_ttft_ms: "quantile_disc(ttft_ms, 0.5)",
  p95_ttft_ms: "quantile_disc(ttft_ms, 0.95)",
  p99_ttft_ms: "quantile_disc(ttft_ms, 0.99)",
  error_rate: "avg((status = 'error')::INTEGER)",
};

const groups: Record<SeriesGroup, string> = {
  model: "model",
  provider: "provider",
  status: "status",
  service: "service",
  user_id: "user_id",
  organization_id: "organization_id",
  api_key: "api_key",
};

export async function series(
  connection: DuckDBConnection,
  { metric, from, to, step, groupBy }: SeriesQuery,
): Promise<SeriesLine[]> {
  const group = groupBy === undefined ? "NULL::VARCHAR" : groups[groupBy];
  const rows = await select(
    connection,
    `SELECT ${group} AS line, floor(${endColumn} / $step) * $step AS start, ${metrics[metric]} AS value
     FROM requests WHERE ${endColumn} >= $from AND ${endColumn} < $to
     GROUP BY line, start HAVING value IS NOT NULL
     ORDER BY line NULLS LAST, start`,
    { from, to, step },
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
