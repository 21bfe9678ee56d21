import type { DuckDBConnection } from "@duckdb/node-api";
import type { SeriesGroup, SeriesMetric } from "@telltale/protocol";
import { bucketSql } from "../histogram.ts";
import type { SeriesQuery } from "../store.ts";
import { type Level, levels, mergedColumns, sumColumns } from "./levels.ts";
import { Lines, type PackedLines, selectLines } from "./lines.ts";
import { marks, sketchColumns } from "./rollup.ts";
import { endColumn } from "./row.ts";
import { mergeSketches } from "./sketches.ts";
import { snapshot } from "./snapshot.ts";

/** Up to this range rows are quick enough, and their percentiles exact. ms. */
const SHORT = 15 * 60_000;

const percentiles: Partial<Record<SeriesMetric, readonly ["latency" | "ttft", number]>> = {
  p50_latency_ms: ["latency", 0.5],
  p75_latency_ms: ["latency", 0.75],
  p90_latency_ms: ["latency", 0.9],
  p95_latency_ms: ["latency", 0.95],
  p99_latency_ms: ["latency", 0.99],
  p999_latency_ms: ["latency", 0.999],
  p50_ttft_ms: ["ttft", 0.5],
  p75_ttft_ms: ["ttft", 0.75],
  p90_ttft_ms: ["ttft", 0.9],
  p95_ttft_ms: ["ttft", 0.95],
  p99_ttft_ms: ["ttft", 0.99],
  p999_ttft_ms: ["ttft", 0.999],
};

const failures = "coalesce(sum(requests) FILTER (status = 'error'), 0)";

/** A sum where something is known: what was taken back may leave a zero. */
const ofKnown = (sum: string, unknown: string): string =>
  `CASE WHEN sum(requests) > sum(${unknown}) THEN ${sum} END`;
const ofUsage = (sum: string): string => ofKnown(sum, "unknown_usage");

/** Each metric over rows of sums; `seconds` as in `metricSql`. */
const ofSums: Partial<Record<SeriesMetric, (seconds: string) => string>> = {
  requests: () => "sum(requests)",
  errors: () => failures,
  prompt_tokens: () => ofUsage("sum(prompt_tokens)"),
  completion_tokens: () => ofUsage("sum(completion_tokens)"),
  tokens: () => ofUsage("sum(prompt_tokens + completion_tokens)"),
  cached_tokens: () => ofUsage("sum(cached_tokens)"),
  reasoning_tokens: () => ofUsage("sum(reasoning_tokens)"),
  cost: () => ofKnown("sum(cost)", "unknown_cost"),
  requests_per_second: (seconds) => `sum(requests) / (${seconds})`,
  tokens_per_second: (seconds) => ofUsage(`sum(prompt_tokens + completion_tokens) / (${seconds})`),
  error_rate: () => `${failures} / sum(requests)`,
  avg_latency_ms: () => "sum(latency_ms) / nullif(sum(latency_known), 0)",
  max_latency_ms: () => "CASE WHEN sum(latency_known) > 0 THEN max(max_latency_ms) END",
  avg_ttft_ms: () => "sum(ttft_ms) / nullif(sum(ttft_known), 0)",
  inter_token_latency_ms: () => "sum(pace_ms) / nullif(sum(pace_known), 0)",
};

interface Part {
  readonly level: Level;
  /** Periods [from, to), Unix ms. */
  readonly from: number;
  readonly to: number;
}

const up = (time: number, width: number): number => Math.ceil(time / width) * width;
const down = (time: number, width: number): number => Math.floor(time / width) * width;

/**
 * Which rollups cover which part of a range, the coarsest that fits in the middle; null when rows
 * have to be read. The ends of the range that no period fits are left to the rows.
 */
function partsOf({ from, to, step, groupBy, query }: SeriesQuery): Part[] | null {
  if (to - from <= SHORT || (query?.terms.length ?? 0) > 0) return null;
  const group: SeriesGroup = groupBy ?? "status";
  const fitting = levels.filter(
    ({ width, by }) => step % width === 0 && (group === "status" || by.includes(group)),
  );
  // Without a group every hourly table has the same sums; one is enough.
  const used = fitting.filter(({ width }, i) => fitting.findIndex((l) => l.width === width) === i);
  const parts: Part[] = [];
  let middle: { from: number; to: number } | null = null;
  for (const level of [...used].reverse()) {
    const all = { from: up(from, level.width), to: down(to, level.width) };
    if (all.from >= all.to) continue;
    if (middle === null) parts.push({ level, ...all });
    else {
      parts.push({ level, from: all.from, to: middle.from });
      parts.push({ level, from: middle.to, to: all.to });
    }
    middle = all;
  }
  const real = parts.filter((part) => part.from < part.to);
  return real.length === 0 ? null : real;
}

/** Rows that no rollup covers: outside of all parts, or stored since the part's level was summed up. */
function uncovered(parts: readonly Part[], mark: (level: Level) => number): string {
  const inside = (part: Part): string =>
    `(${endColumn} >= ${part.from} AND ${endColumn} < ${part.to})`;
  const late = parts.map(
    ({ level, ...part }) => `(seq > ${mark(level)} AND ${inside({ level, ...part })})`,
  );
  const lowest = Math.min(...parts.map(({ level }) => mark(level)));
  const first = Math.min(...parts.map((part) => part.from));
  const last = Math.max(...parts.map((part) => part.to));
  const before = `${endColumn} >= $from AND ${endColumn} < ${first}`;
  // Written so that the statistics of a row group tell for most that they need not be read.
  return [
    `stored_at >= $from AND created < ${first} AND ${before}`,
    // Said to have begun after it was stored.
    `stored_at >= $from AND stored_at < ${first} AND created >= ${first} AND ${before}`,
    `stored_at >= ${last} AND ${endColumn} >= ${last} AND ${endColumn} < $to`,
    `seq > ${lowest} AND (${late.join(" OR ")})`,
  ]
    .map((condition) => `SELECT * FROM requests WHERE ${condition}`)
    .join(" UNION ALL ");
}

/** The series from rollups where they are enough; null when they are not. */
export async function rolledSeries(
  connection: DuckDBConnection,
  query: SeriesQuery,
): Promise<PackedLines | null> {
  const parts = partsOf(query);
  if (parts === null) return null;
  // One snapshot for the marks and the rows they speak of.
  return snapshot(connection, async () => {
    const reached = await marks(connection);
    const rows = uncovered(parts, ({ name }) => reached[name]);
    return percentiles[query.metric] === undefined
      ? fromSums(connection, query, parts, rows)
      : fromSketches(connection, query, parts, rows);
  });
}

const startOf = (time: string): string => `floor(${time} / $step) * $step`;

async function fromSums(
  connection: DuckDBConnection,
  { metric, from, to, step, groupBy }: SeriesQuery,
  parts: readonly Part[],
  rows: string,
): Promise<PackedLines | null> {
  const line = groupBy ?? "NULL::VARCHAR";
  const seconds = "(least(start + $step, $to) - greatest(start, $from)) / 1000";
  const value = ofSums[metric]?.(seconds);
  if (value === undefined) return null;
  const rolled = parts.map(
    (part) => `SELECT ${line} AS line, ${startOf("start")} AS start, status, ${mergedColumns}
      FROM ${part.level.table} WHERE start >= ${part.from} AND start < ${part.to} GROUP BY ALL`,
  );
  return selectLines(
    connection,
    `SELECT line, start::DOUBLE AS start, (${value})::DOUBLE AS value FROM (
       ${rolled.join(" UNION ALL ")} UNION ALL
       SELECT ${line} AS line, ${startOf(endColumn)} AS start, status, ${sumColumns} FROM (${rows}) GROUP BY ALL)
     GROUP BY line, start HAVING value IS NOT NULL AND sum(requests) > 0 ORDER BY line NULLS LAST, start`,
    { from, to, step },
  );
}

async function fromSketches(
  connection: DuckDBConnection,
  { metric, from, to, step, groupBy }: SeriesQuery,
  parts: readonly Part[],
  rows: string,
): Promise<PackedLines> {
  const [column, share] = percentiles[metric] ?? ["latency", 0.5];
  const line = groupBy ?? "NULL::VARCHAR";
  const rolled = parts.map(
    (
      part,
    ) => `SELECT ${line} AS line, ${startOf("start")} AS start, ${column}_buckets, ${column}_counts
      FROM ${part.level.table} WHERE start >= ${part.from} AND start < ${part.to} AND ${column}_counts IS NOT NULL`,
  );
  const lines = new Lines();
  await mergeSketches(
    connection,
    `${rolled.join(" UNION ALL ")} UNION ALL
     SELECT line, start, ${sketchColumns("buckets", column)} FROM (
       SELECT ${line} AS line, ${startOf(endColumn)} AS start, histogram(${bucketSql(`${column}_ms`)}) AS buckets
       FROM (${rows}) WHERE ${column}_ms IS NOT NULL GROUP BY ALL)`,
    { from, to, step },
    { share, step },
    (name, start, value) => lines.add(name, start, value),
  );
  return lines.packed;
}
