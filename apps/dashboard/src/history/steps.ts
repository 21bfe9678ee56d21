import type { Point } from "./line.ts";

/** Start of the step that `t` is in. */
export function stepOf(t: number, step: number): number {
  return Math.floor(t / step) * step;
}

/** Sums per step of time and group. A step nobody watched is unknown, a watched one is at least 0. */
export class Steps {
  readonly step: number;
  readonly #watched = new Set<number>();
  readonly #groups = new Map<string, Map<number, number>>();

  constructor(step: number) {
    this.step = step;
  }

  /** Says that everything between these two moments was counted. */
  watch(from: number, to: number): void {
    for (let t = stepOf(from, this.step); t <= to; t += this.step) this.#watched.add(t);
  }

  add(group: string, t: number, value: number): void {
    const start = stepOf(t, this.step);
    const sums = this.#sums(group);
    sums.set(start, (sums.get(start) ?? 0) + value);
    this.#watched.add(start);
  }

  /** Replaces the steps that start in `[from, to)`; steps that `lines` leaves out were empty. */
  fill(
    from: number,
    to: number,
    lines: readonly { group: string; points: readonly (readonly [number, number])[] }[],
  ): void {
    for (const sums of this.#groups.values()) {
      for (const t of sums.keys()) if (t >= from && t < to) sums.delete(t);
    }
    for (let t = stepOf(from, this.step); t < to; t += this.step) this.#watched.add(t);
    for (const { group, points } of lines) {
      const sums = this.#sums(group);
      for (const [t, value] of points) if (t >= from && t < to) sums.set(t, value);
    }
  }

  trim(before: number): void {
    for (const t of this.#watched) if (t < before) this.#watched.delete(t);
    for (const [group, sums] of this.#groups) {
      for (const t of sums.keys()) if (t < before) sums.delete(t);
      if (sums.size === 0) this.#groups.delete(group);
    }
  }

  /**
   * Sums per `width` (a multiple of the step), for those that are over at `to`: a running one is no
   * figure yet. Unknown as soon as one step of it is.
   */
  read(group: string, from: number, to: number, width: number = this.step): Point[] {
    const sums = this.#groups.get(group);
    const read: Point[] = [];
    for (let start = stepOf(from, width); start + width <= to; start += width) {
      let sum: number | null = 0;
      for (let t = start; t < start + width; t += this.step) {
        const value: number | null = sums?.get(t) ?? (this.#watched.has(t) ? 0 : null);
        sum = sum === null || value === null ? null : sum + value;
      }
      read.push([start, sum]);
    }
    return read;
  }

  #sums(group: string): Map<number, number> {
    const known = this.#groups.get(group);
    if (known) return known;
    const sums = new Map<number, number>();
    this.#groups.set(group, sums);
    return sums;
  }
}
