import type { SeriesGroup } from "@telltale/protocol";
import { perToken } from "./metrics.ts";

const minute = 60_000;
const hour = 60 * minute;

/**
 * A table of sums and sketches, one row per period, group and status, written for whole stretches of
 * `seq`: a row says what the requests of its stretch add to its period. Rows of one period
 * add up, so a late request is one more row and nothing is ever changed.
 */
export interface Level {
  readonly name: "minute" | "hour" | "service";
  readonly table: string;
  /** Length of a period, ms. */
  readonly width: number;
  readonly by: readonly SeriesGroup[];
  /** A stretch is summed up when it has so many rows, or is so old (ms). */
  readonly everyRows: number;
  readonly every: number;
}

/** Finest first. */
export const levels: readonly Level[] = [
  {
    name: "minute",
    table: "rollup_minute",
    width: minute,
    by: ["model", "provider"],
    everyRows: 50_000,
    every: 15_000,
  },
  {
    name: "hour",
    table: "rollup_hour",
    width: hour,
    by: ["model", "provider"],
    everyRows: 250_000,
    every: 600_000,
  },
  {
    name: "service",
    table: "rollup_service",
    width: hour,
    by: ["service"],
    everyRows: 250_000,
    every: 600_000,
  },
];

/** What a period adds up to: the name of the column, its type, its value over requests. */
export interface Sum {
  readonly name: string;
  readonly type: "BIGINT" | "DOUBLE";
  readonly of: string;
  readonly merge: "sum" | "max";
}

const whole = (name: string, of: string): Sum => ({ name, type: "BIGINT", of, merge: "sum" });
const real = (name: string, of: string): Sum => ({ name, type: "DOUBLE", of, merge: "sum" });

/** Null where nothing was known; what is unknown is in no sum. */
export const sums: readonly Sum[] = [
  whole("requests", "count(*)"),
  whole("prompt_tokens", "sum(input_tokens + cache_read_tokens + cache_write_tokens)"),
  whole("completion_tokens", "sum(output_tokens)"),
  whole("cached_tokens", "sum(cache_read_tokens)"),
  whole("reasoning_tokens", "sum(reasoning_tokens)"),
  real("cost", "sum(cost)"),
  real("latency_ms", "sum(latency_ms)"),
  whole("latency_known", "count(latency_ms)"),
  { name: "max_latency_ms", type: "DOUBLE", of: "max(latency_ms)", merge: "max" },
  real("ttft_ms", "sum(ttft_ms)"),
  whole("ttft_known", "count(ttft_ms)"),
  real("pace_ms", `sum(${perToken})`),
  whole("pace_known", `count(${perToken})`),
  whole("unknown_usage", "count_if(input_tokens IS NULL)"),
  whole("unknown_cost", "count_if(cost IS NULL)"),
];

/** The sums over requests, under their names. */
export const sumColumns: string = sums
  .map(({ name, type, of }) => `(${of})::${type} AS ${name}`)
  .join(", ");

/** The sums of rows that hold sums. */
export const mergedColumns: string = sums
  .map(({ name, type, merge }) => `${merge}(${name})::${type} AS ${name}`)
  .join(", ");

/** What else a row has: when it is, how its latencies and times to first token are spread. */
export const apart: string =
  "start, latency_buckets, latency_counts, ttft_buckets, ttft_counts, rolled_at";
