import type { Attributes } from "./attributes.ts";
import { kindOf, OtlpError } from "./error.ts";
import { exponentialIn } from "./exponential.ts";
import { type Fields, objectAt, own } from "./fields.ts";
import { numberIn, numbersIn } from "./number.ts";
import { readAttributes } from "./value.ts";

export interface HistogramValue {
  readonly count: number;
  /** Null when it was not told. */
  readonly sum: number | null;
  readonly bounds: readonly number[];
  /** One more than bounds; empty when only count and sum were told. */
  readonly counts: readonly number[];
}

/** What a point says: since when `start` was, since the last point, or right now. */
export type Temporality = "cumulative" | "delta" | "gauge";

export interface MetricPoint {
  readonly resource: Attributes;
  readonly scope: string;
  readonly name: string;
  readonly unit: string;
  readonly attributes: Attributes;
  /** Unix ms; 0 when it was not told. */
  readonly start: number;
  /** Unix ms. */
  readonly time: number;
  readonly temporality: Temporality;
  readonly value: number | HistogramValue;
}

function timeIn(value: unknown): number {
  const nanoseconds = numberIn(value);
  return nanoseconds === undefined || nanoseconds <= 0 ? 0 : nanoseconds / 1e6;
}

function histogramIn(point: Fields, where: string, exponential: boolean): HistogramValue {
  const count = numberIn(own(point, "count"));
  if (count === undefined || count < 0)
    throw new OtlpError(`${where}.count`, "a number of observations", kindOf(own(point, "count")));
  const sum = numberIn(own(point, "sum")) ?? null;
  if (exponential) return { count, sum, ...exponentialIn(point, where) };
  const bounds = numbersIn(own(point, "explicitBounds"), `${where}.explicitBounds`);
  const counts = numbersIn(own(point, "bucketCounts"), `${where}.bucketCounts`);
  const ascending = bounds.every((bound, i) => i === 0 || bound > (bounds[i - 1] ?? 0));
  if ((counts.length > 0 && counts.length !== bounds.length + 1) || !ascending)
    throw new OtlpError(
      `${where}.bucketCounts`,
      "one count more than there are ascending bounds",
      `${counts.length} counts and ${bounds.length} bounds`,
    );
  if (counts.some((n) => n < 0)) throw new OtlpError(`${where}.bucketCounts`, "no negative", "one");
  return { count, sum, bounds, counts };
}

/** What a metric's points are. */
export type MetricKind = "gauge" | "sum" | "histogram" | "exponentialHistogram";

/** A point without its metric's name; null for one that says that nothing was recorded. */
export function readPoint(
  value: unknown,
  where: string,
  kind: MetricKind,
): Pick<MetricPoint, "attributes" | "start" | "time" | "value"> | null {
  const point = objectAt(value, where);
  const flags = numberIn(own(point, "flags")) ?? 0;
  // DATA_POINT_FLAGS_NO_RECORDED_VALUE_MASK
  if (flags % 2 === 1) return null;
  const time = timeIn(own(point, "timeUnixNano"));
  if (time === 0)
    throw new OtlpError(`${where}.timeUnixNano`, "nanoseconds since 1970", "nothing or 0");
  const histogram = kind === "histogram" || kind === "exponentialHistogram";
  const number = histogram ? undefined : numberIn(own(point, "asDouble") ?? own(point, "asInt"));
  if (!histogram && number === undefined)
    throw new OtlpError(`${where}.asDouble`, "a number", kindOf(own(point, "asDouble")));
  return {
    attributes: readAttributes(own(point, "attributes"), `${where}.attributes`),
    start: timeIn(own(point, "startTimeUnixNano")),
    time,
    value: number ?? histogramIn(point, where, kind === "exponentialHistogram"),
  };
}
