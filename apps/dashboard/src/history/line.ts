/** A point of a chart: Unix ms and a value; null where nothing is known, so that a gap stays a gap. */
export type Point = readonly [t: number, value: number | null];

/** Values at the moments they were told, in order of time, bounded by age. */
export class Line {
  #points: [number, number][] = [];

  /** A time that is not after the last one replaces nothing and adds nothing. */
  push(t: number, value: number): void {
    const last = this.#points.at(-1);
    if (!last || t > last[0]) this.#points.push([t, value]);
  }

  /** Replaces what is held of `[from, to)` by `points`. */
  fill(from: number, to: number, points: readonly (readonly [number, number])[]): void {
    const before = this.#points.filter(([t]) => t < from);
    const after = this.#points.filter(([t]) => t >= to);
    const within = points
      .filter(([t]) => t >= from && t < to)
      .map(([t, value]): [number, number] => [t, value]);
    this.#points = [...before, ...within, ...after];
  }

  trim(before: number): void {
    const first = this.#points.findIndex(([t]) => t >= before);
    if (first > 0) this.#points.splice(0, first);
  }

  /** The points of `[from, to]`, with a null where two neighbours are more than `gap` ms apart. */
  read(from: number, to: number, gap: number): Point[] {
    const read: Point[] = [];
    let previous: number | undefined;
    for (const [t, value] of this.#points) {
      if (t < from || t > to) continue;
      if (previous !== undefined && t - previous > gap) read.push([previous + 1, null]);
      read.push([t, value]);
      previous = t;
    }
    return read;
  }
}
