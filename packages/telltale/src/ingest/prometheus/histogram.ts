import type { CumulativeHistogram } from "../../engine-sample.ts";
import type { Sample } from "./text.ts";

/** The samples of one histogram's parts, of any number of series, which are summed. */
export interface HistogramParts {
  readonly buckets: readonly Sample[];
  readonly sums: readonly Sample[];
}

/**
 * Classic buckets, whose counts include those below, into counts per bucket. Series are added up where
 * they have the same bounds; one with other bounds than the first is left out, because its counts can
 * not be told apart. Null when there is nothing that makes sense.
 *
 * @param unit what a bound is multiplied by to make seconds
 */
export function histogramOf(
  { buckets, sums }: HistogramParts,
  unit = 1,
): CumulativeHistogram | null {
  let total: { bounds: number[]; counts: number[] } | undefined;
  for (const series of seriesOf(buckets)) {
    const one = perBucket(series);
    if (one === undefined) continue;
    if (total === undefined) total = one;
    else if (one.bounds.every((bound, i) => bound === total?.bounds[i]))
      total = { bounds: one.bounds, counts: total.counts.map((n, i) => n + (one.counts[i] ?? 0)) };
  }
  if (total === undefined) return null;
  const sum = sums.reduce((all, { value }) => all + value, 0) * unit;
  return {
    bounds: total.bounds.map((bound) => bound * unit),
    counts: total.counts,
    sum: sums.length > 0 && Number.isFinite(sum) && sum >= 0 ? sum : null,
  };
}

/** Bound and count of each bucket, by everything but `le`. */
function seriesOf(buckets: readonly Sample[]): Iterable<[number, number][]> {
  const series = new Map<string, [number, number][]>();
  for (const { labels, value } of buckets) {
    const le = labels.get("le");
    if (le === undefined) continue;
    const rest = [...labels].filter(([name]) => name !== "le");
    const key = JSON.stringify(rest.sort(([a], [b]) => (a < b ? -1 : 1)));
    const points = series.get(key) ?? [];
    points.push([/^\+?inf(inity)?$/i.test(le) ? Number.POSITIVE_INFINITY : Number(le), value]);
    series.set(key, points);
  }
  return series.values();
}

function perBucket(points: [number, number][]): { bounds: number[]; counts: number[] } | undefined {
  points.sort(([a], [b]) => a - b);
  const bounds: number[] = [];
  const counts: number[] = [];
  let below = 0;
  for (const [bound, count] of points) {
    // A bucket with less than a smaller one has is a torn or made-up page.
    if (Number.isNaN(bound) || !Number.isFinite(count) || count < below) return undefined;
    if (bound === bounds.at(-1)) continue;
    if (Number.isFinite(bound)) bounds.push(bound);
    counts.push(count - below);
    below = count;
  }
  // Without the bucket for everything the count of the rest is unknown.
  return bounds.length > 0 && counts.length === bounds.length + 1 ? { bounds, counts } : undefined;
}
