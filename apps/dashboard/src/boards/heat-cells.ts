import type { Heatmap, HeatmapBucket } from "../services/heatmap.ts";

export interface HeatRow extends HeatmapBucket {
  /** Requests per column of time; 0 where none. */
  readonly counts: readonly number[];
  readonly total: number;
}

export interface HeatGrid {
  /** Start of each column, Unix ms. */
  readonly times: readonly number[];
  /** ms. */
  readonly step: number;
  /** Highest values first, without holes between the lowest and the highest. */
  readonly rows: readonly HeatRow[];
  /** Requests of the fullest cell. */
  readonly most: number;
  readonly total: number;
}

/** The cells as a grid: every step of time, every bucket between the lowest and the highest. */
export function heatGrid(
  { buckets, cells }: Pick<Heatmap, "buckets" | "cells">,
  { from, to, step }: { readonly from: number; readonly to: number; readonly step: number },
): HeatGrid {
  const times: number[] = [];
  for (let t = Math.floor(from / step) * step; t < to; t += step) times.push(t);
  const columnOf = new Map(times.map((t, column) => [t, column]));
  const counts = new Map<number | null, number[]>();
  let most = 0;
  let total = 0;
  for (const [t, bucket, count] of cells) {
    const column = columnOf.get(t);
    if (column === undefined) continue;
    const row = counts.get(bucket) ?? new Array<number>(times.length).fill(0);
    row[column] = (row[column] ?? 0) + count;
    counts.set(bucket, row);
    most = Math.max(most, row[column] ?? 0);
    total += count;
  }
  const none: readonly number[] = new Array<number>(times.length).fill(0);
  const rows = withoutHoles(buckets).map((bucket): HeatRow => {
    const row = counts.get(bucket.bucket) ?? none;
    return { ...bucket, counts: row, total: row.reduce((sum, count) => sum + count, 0) };
  });
  return { times, step, rows: rows.reverse(), most, total };
}

function withoutHoles(buckets: readonly HeatmapBucket[]): HeatmapBucket[] {
  const zero = buckets.filter(({ bucket }) => bucket === null);
  const numbered = buckets.flatMap((each) =>
    each.bucket === null ? [] : [{ ...each, bucket: each.bucket }],
  );
  const first = numbered[0];
  const last = numbered.at(-1);
  if (!first || !last) return zero;
  const growth = first.high / first.low;
  const all: HeatmapBucket[] = [];
  for (let bucket = first.bucket; bucket <= last.bucket; bucket++) {
    const low = first.low * growth ** (bucket - first.bucket);
    all.push({ bucket, low, high: low * growth });
  }
  return [...zero, ...all];
}
