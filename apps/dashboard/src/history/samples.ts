import type { Point } from "./line.ts";
import { stepOf } from "./steps.ts";

/** Enough for any percentile to be true to well under 1 %; more in one step are left out. */
const MOST_PER_STEP = 20_000;
/** The percentiles that are drawn, which are all that is kept of a step that is over. */
const PERCENTILES = [0.5, 0.95, 0.99] as const;
type Percentile = (typeof PERCENTILES)[number];

/** The value below which the share `p` of the sorted values lies, between neighbours in proportion. */
export function quantile(sorted: readonly number[], p: number): number | null {
  const last = sorted.length - 1;
  if (last < 0) return null;
  const place = p * last;
  const low = sorted[Math.floor(place)] ?? 0;
  const high = sorted[Math.ceil(place)] ?? low;
  return low + (high - low) * (place - Math.floor(place));
}

/**
 * Percentiles per step of time and group: of what was seen finishing on the stream, else what the
 * server's history says. The two are the same figure, so that they join without a seam.
 */
export class Samples {
  readonly step: number;
  readonly #seen = new Map<string, Map<number, number[]>>();
  readonly #told = new Map<string, Map<number, number>>();
  #liveFrom = Number.POSITIVE_INFINITY;
  #settledTo = Number.NEGATIVE_INFINITY;

  constructor(step: number) {
    this.step = step;
  }

  /** From the next whole step after `t` on, what is seen is all there is. */
  startLive(t: number): void {
    this.#liveFrom = stepOf(t, this.step) + this.step;
    this.#settledTo = Number.NEGATIVE_INFINITY;
    for (const steps of this.#seen.values()) {
      for (const start of steps.keys()) if (start >= this.#liveFrom) steps.delete(start);
    }
  }

  add(group: string, t: number, value: number): void {
    const start = stepOf(t, this.step);
    if (start < this.#liveFrom || start + this.step <= this.#settledTo) return;
    const steps = this.#seen.get(group) ?? new Map<number, number[]>();
    this.#seen.set(group, steps);
    const values = steps.get(start);
    if (!values) steps.set(start, [value]);
    else if (values.length < MOST_PER_STEP) values.push(value);
  }

  /** What history says of percentile `p` of a group, for steps that start in `[from, to)`. */
  fill(
    group: string,
    p: Percentile,
    from: number,
    to: number,
    points: readonly (readonly [number, number])[],
  ): void {
    const told = this.#toldOf(group, p);
    for (const [t, value] of points) {
      if (t < from || t >= to || t >= this.#liveFrom) continue;
      told.set(t, value);
    }
  }

  /** Keeps the percentiles of steps that ended before; what still comes for one of them hardly counts. */
  settle(before: number): void {
    this.#settledTo = before;
    for (const [group, steps] of this.#seen) {
      for (const [start, values] of steps) {
        if (start + this.step > before) continue;
        const sorted = values.toSorted((a, b) => a - b);
        for (const p of PERCENTILES) {
          const told = this.#toldOf(group, p);
          const value = told.get(start) ?? quantile(sorted, p);
          if (value !== null) told.set(start, value);
        }
        steps.delete(start);
      }
    }
  }

  trim(before: number): void {
    for (const table of [this.#seen, this.#told]) {
      for (const [key, steps] of table) {
        for (const t of steps.keys()) if (t < before) steps.delete(t);
        if (steps.size === 0) table.delete(key);
      }
    }
  }

  read(group: string, ps: readonly Percentile[], from: number, to: number): Point[][] {
    const lines = ps.map((): Point[] => []);
    for (let t = stepOf(from, this.step); t + this.step <= to; t += this.step) {
      const sorted = this.#seen
        .get(group)
        ?.get(t)
        ?.toSorted((a, b) => a - b);
      for (const [index, p] of ps.entries()) {
        const value = this.#told.get(`${p}|${group}`)?.get(t);
        lines[index]?.push([t, value ?? (sorted ? quantile(sorted, p) : null)]);
      }
    }
    return lines;
  }

  #toldOf(group: string, p: Percentile): Map<number, number> {
    const key = `${p}|${group}`;
    const known = this.#told.get(key);
    if (known) return known;
    const told = new Map<number, number>();
    this.#told.set(key, told);
    return told;
  }
}
