import { setImmediate as turn } from "node:timers/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { HeatmapCell, HeatmapMetric, HeatmapQuery } from "../store/analysis.ts";
import { within } from "./figures.ts";
import { allTokens, perToken, promptTokens } from "./metrics.ts";
import { endColumn } from "./row.ts";
import { typesOf } from "./select.ts";

const values: Readonly<Record<HeatmapMetric, string>> = {
  latency_ms: "latency_ms",
  ttft_ms: "ttft_ms",
  inter_token_latency_ms: perToken,
  queue_ms: "queue_ms",
  total_tokens: allTokens,
  prompt_tokens: promptTokens,
  completion_tokens: "output_tokens",
  cost: "cost",
};

/** Start, bucket (NaN for zero) and count of each cell; one by one they take either thread longer than the query. */
export type PackedCells = Float64Array<ArrayBuffer>;

export async function heatmap(
  connection: DuckDBConnection,
  { metric, step, perDoubling, ...scope }: HeatmapQuery,
): Promise<PackedCells> {
  const conditions = within(scope).add("value IS NOT NULL", { step, perDoubling });
  // A chunk at a time: what is decoded at once blocks its thread, which commits have to pass.
  const result = await connection.stream(
    `SELECT floor(${endColumn} / $step) * $step AS start,
       CASE WHEN value > 0 THEN floor(log2(value) * $perDoubling + 1e-9) ELSE 'NaN'::DOUBLE END AS bucket,
       count(*)::DOUBLE AS count
     FROM (SELECT *, (${values[metric]})::DOUBLE AS value FROM requests) ${conditions.clause}
     GROUP BY ALL ORDER BY start, bucket`,
    conditions.values,
    typesOf(conditions.values),
  );
  const cells: number[] = [];
  for await (const chunk of result) {
    const columns = [0, 1, 2].map((column) => chunk.getColumnVector(column));
    for (let row = 0; row < chunk.rowCount; row++) {
      for (const column of columns) cells.push(Number(column.getItem(row)));
    }
  }
  return Float64Array.from(cells);
}

/** Cells decoded without a pause: about a millisecond. */
const AT_ONCE = 10_000;

export async function decodeCells(packed: PackedCells): Promise<HeatmapCell[]> {
  const cells: HeatmapCell[] = [];
  for (let at = 0; at < packed.length; at += 3) {
    if (at > 0 && at % (3 * AT_ONCE) === 0) await turn();
    const bucket = packed[at + 1] ?? Number.NaN;
    cells.push([packed[at] ?? 0, Number.isNaN(bucket) ? null : bucket, packed[at + 2] ?? 0]);
  }
  return cells;
}
