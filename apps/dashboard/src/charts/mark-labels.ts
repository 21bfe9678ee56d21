/** A line and what could be said beside it, best first. All in pixels from the left. */
export interface LabelWish {
  readonly x: number;
  readonly widths: readonly number[];
}

export interface LabelPlace {
  /** Which of its wishes. */
  readonly wish: number;
  readonly side: "left" | "right";
}

const GAP = 3;

/**
 * Where each line's label goes within `[from, to]`: where no other line runs through it and no other
 * label stands, else nowhere. Shorter wishes are tried where longer ones have no room.
 */
export function placeLabels(
  lines: readonly LabelWish[],
  from: number,
  to: number,
  gap: number = GAP,
): (LabelPlace | undefined)[] {
  const taken: (readonly [number, number])[] = [];
  const free = (start: number, end: number, own: number): boolean =>
    start >= from &&
    end <= to &&
    lines.every(({ x }) => x === own || x < start - gap || x > end + gap) &&
    taken.every(([a, b]) => end + gap <= a || start >= b + gap);
  return lines.map(({ x, widths }) => {
    for (const [wish, width] of widths.entries()) {
      for (const side of ["right", "left"] as const) {
        const start = side === "right" ? x + gap : x - gap - width;
        if (!free(start, start + width, x)) continue;
        taken.push([start, start + width]);
        return { wish, side };
      }
    }
    return undefined;
  });
}

const LONGEST = 24;

/** A rule's name, no longer than a chart has room for. */
export function shortName(name: string): string {
  return name.length > LONGEST ? `${name.slice(0, LONGEST - 1).trimEnd()}…` : name;
}

/** What stands at most `reach` from `x`, nearest first. */
export function nearest<T>(
  all: readonly T[],
  placeOf: (each: T) => number,
  x: number,
  reach: number,
): T[] {
  const away = (each: T): number => Math.abs(placeOf(each) - x);
  return all.filter((each) => away(each) <= reach).sort((a, b) => away(a) - away(b));
}
