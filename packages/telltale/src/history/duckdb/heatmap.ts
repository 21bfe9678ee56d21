import type { DuckDBConnection } from "@duckdb/node-api";
import type { HeatmapCell, HeatmapMetric, HeatmapQuery } from "../store/analysis.ts";
import { within } from "./figures.ts";
import { allTokens, promptTokens } from "./metrics.ts";
import { endColumn } from "./row.ts";
import { select } from "./select.ts";

const values: Readonly<Record<HeatmapMetric, string>> = {
  latency_ms: "latency_ms",
  ttft_ms: "ttft_ms",
  inter_token_latency_ms:
    "CASE WHEN output_tokens > 1 THEN greatest(0, latency_ms - ttft_ms) / (output_tokens - 1) END",
  queue_ms: "queue_ms",
  total_tokens: allTokens,
  prompt_tokens: promptTokens,
  completion_tokens: "output_tokens",
  cost: "cost",
};

export async function heatmap(
  connection: DuckDBConnection,
  { metric, step, perDoubling, ...scope }: HeatmapQuery,
): Promise<HeatmapCell[]> {
  const conditions = within(scope).add("value IS NOT NULL", { step, perDoubling });
  const found = await select(
    connection,
    `SELECT floor(${endColumn} / $step) * $step AS start,
       CASE WHEN value > 0 THEN floor(log2(value) * $perDoubling + 1e-9) END AS bucket,
       count(*)::DOUBLE AS count
     FROM (SELECT *, (${values[metric]})::DOUBLE AS value FROM requests) ${conditions.clause}
     GROUP BY ALL ORDER BY start, bucket`,
    conditions.values,
  );
  return Array.from({ length: found.length }, (_, row) => {
    const bucket = found.cell("bucket", row);
    return [
      Number(found.cell("start", row)),
      bucket === null ? null : Number(bucket),
      Number(found.cell("count", row)),
    ];
  });
}
