import type { Point } from "../history/line.ts";

/** One line or row of bars of a chart. */
export interface ChartSeries {
  readonly label: string;
  /** A CSS colour, such as `var(--series-1)`. */
  readonly color: string;
  readonly points: readonly Point[];
  /** For what is there to compare with: a line, also among bars. */
  readonly dashed?: boolean;
}

export interface Summary {
  readonly last: number | null;
  readonly average: number | null;
  readonly max: number | null;
}

/** The shared times of all series, in order, and each series' values at them. */
export function align(series: readonly ChartSeries[]): [number[], ...(number | null)[][]] {
  const times = [...new Set(series.flatMap(({ points }) => points.map(([t]) => t)))].sort(
    (a, b) => a - b,
  );
  const columns = series.map(({ points }) => {
    const values = new Map(points);
    return times.map((t) => values.get(t) ?? null);
  });
  return [times, ...columns];
}

export function summarise(points: readonly Point[]): Summary {
  let last: number | null = null;
  let sum = 0;
  let known = 0;
  let max: number | null = null;
  for (const [, value] of points) {
    if (value === null) continue;
    last = value;
    sum += value;
    known += 1;
    max = max === null ? value : Math.max(max, value);
  }
  return { last, average: known > 0 ? sum / known : null, max };
}

/** The value at `t`: of the nearest point not further than `reach` ms away. */
export function valueAt(points: readonly Point[], t: number, reach: number): number | null {
  let nearest: Point | undefined;
  for (const point of points) {
    if (!nearest || Math.abs(point[0] - t) <= Math.abs(nearest[0] - t)) nearest = point;
  }
  return nearest && Math.abs(nearest[0] - t) <= reach ? nearest[1] : null;
}
