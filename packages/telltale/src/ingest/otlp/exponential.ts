import { OtlpError } from "./error.ts";
import { type Fields, objectAt, own } from "./fields.ts";
import { numberIn, numbersIn } from "./number.ts";

/** Bounds to a doubling, and the doublings from a millisecond (in s) to about an hour. */
const perDoubling = 4;
const [lowest, highest] = [-10, 12];

const bounds: readonly number[] = Array.from(
  { length: (highest - lowest) * perDoubling + 1 },
  (_, i) => 2 ** (lowest + i / perDoubling),
);

/**
 * The buckets of an exponential histogram in bounds that are always the same: its own become wider
 * while it goes on, and what has grown since the last point could not be told.
 *
 * @see https://opentelemetry.io/docs/specs/otel/metrics/data-model/#exponentialhistogram
 */
export function exponentialIn(
  point: Fields,
  where: string,
): { readonly bounds: readonly number[]; readonly counts: readonly number[] } {
  const scale = numberIn(own(point, "scale")) ?? 0;
  const counts = new Array<number>(bounds.length + 1).fill(0);
  counts[0] = numberIn(own(point, "zeroCount")) ?? 0;
  const raw = own(point, "positive");
  const positive = raw === undefined ? {} : objectAt(raw, `${where}.positive`);
  const offset = numberIn(own(positive, "offset")) ?? 0;
  const path = `${where}.positive.bucketCounts`;
  numbersIn(own(positive, "bucketCounts"), path).forEach((count, i) => {
    if (count < 0) throw new OtlpError(path, "no negative", "one");
    const middle = (offset + i + 0.5) / 2 ** scale;
    const at = Math.ceil((middle - lowest) * perDoubling);
    const bucket = Math.min(bounds.length, Math.max(0, at));
    counts[bucket] = (counts[bucket] ?? 0) + count;
  });
  return { bounds, counts };
}
