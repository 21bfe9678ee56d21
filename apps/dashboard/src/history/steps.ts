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

  /** The steps that began after `from` and are over at `to`: a running one is no figure yet. */
  read(group: string, from: number, to: number): Point[] {
    const sums = this.#groups.get(group);
    const read: Point[] = [];
    for (let t = stepOf(from, this.step); t + this.step <= to; t += this.step) {
      read.push([t, sums?.get(t) ?? (this.#watched.has(t) ? 0 : null)]);
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
