import { COLUMNS, MAX_ROWS, type Place } from "./board.ts";

type Placed = Place & { readonly id: string };

function overlap(a: Place, b: Place): boolean {
  return a.x < b.x + b.w && b.x < a.x + a.w && a.y < b.y + b.h && b.y < a.y + a.h;
}

/** Reading order: by row, then by column. */
export function inOrder<T extends Place>(panels: readonly T[]): T[] {
  return [...panels].sort((a, b) => a.y - b.y || a.x - b.x);
}

/**
 * Lets every panel rise until it rests on another or the top. Panels that lay over one another end up
 * below, in reading order; `first` wins where two want the same row.
 */
export function settle<T extends Placed>(panels: readonly T[], first?: string): T[] {
  const ordered = [...panels].sort(
    (a, b) => a.y - b.y || Number(b.id === first) - Number(a.id === first) || a.x - b.x,
  );
  const resting: T[] = [];
  for (const panel of ordered) {
    const w = Math.min(panel.w, COLUMNS);
    const x = Math.max(0, Math.min(panel.x, COLUMNS - w));
    let y = 0;
    const blocks = (): T | undefined =>
      resting.find((other) => overlap({ ...panel, x, y, w }, other));
    for (let other = blocks(); other; other = blocks()) y = other.y + other.h;
    resting.push({ ...panel, x, y, w });
  }
  const byId = new Map(resting.map((panel) => [panel.id, panel]));
  return panels.map((panel) => byId.get(panel.id) ?? panel);
}

/** The first room in reading order for a panel of that size. */
export function roomFor(panels: readonly Place[], { w, h }: { w: number; h: number }): Place {
  const bottom = Math.max(0, ...panels.map((panel) => panel.y + panel.h));
  for (let y = 0; y < bottom; y++) {
    for (let x = 0; x + w <= COLUMNS; x++) {
      const place = { x, y, w, h };
      if (!panels.some((panel) => overlap(place, panel))) return place;
    }
  }
  return { x: 0, y: bottom, w, h };
}

export type Direction = "left" | "right" | "up" | "down";

const sideways = { left: -1, right: 1, up: 0, down: 0 } as const;

/** One column to the side, or past the panel above or below. */
export function move<T extends Placed>(
  panels: readonly T[],
  id: string,
  direction: Direction,
): readonly T[] {
  const moved = panels.find((panel) => panel.id === id);
  if (!moved) return panels;
  const x = Math.max(0, Math.min(moved.x + sideways[direction], COLUMNS - moved.w));
  let y = moved.y;
  if (direction === "up" || direction === "down") {
    const column = panels.filter(
      (panel) => panel.id !== id && panel.x < moved.x + moved.w && moved.x < panel.x + panel.w,
    );
    const up = direction === "up";
    const beyond = column.filter((panel) => (up ? panel.y < moved.y : panel.y > moved.y));
    const next = inOrder(beyond).at(up ? -1 : 0);
    if (!next) return panels;
    y = up ? next.y - 0.5 : next.y + 0.5;
  }
  return settle(
    panels.map((panel) => (panel.id === id ? { ...panel, x, y } : panel)),
    id,
  );
}

/** One place earlier or later in reading order, where panels stand in one column. */
export function reorder<T extends Placed>(
  panels: readonly T[],
  id: string,
  by: -1 | 1,
): readonly T[] {
  const order = inOrder(panels);
  const at = order.findIndex((panel) => panel.id === id);
  const moved = order[at];
  const other = order[at + by];
  if (!moved || !other) return panels;
  // The two change places on the wide grid as well; sizes are their own.
  return settle(
    panels.map((panel) => {
      if (panel.id === moved.id) return { ...panel, x: other.x, y: other.y };
      if (panel.id !== other.id) return panel;
      return { ...panel, x: moved.x, y: moved.y + (by === 1 ? -0.5 : 0.5) };
    }),
    by === -1 ? moved.id : other.id,
  );
}

/** A column wider or narrower, a row higher or lower; never below `least`. */
export function resize<T extends Placed>(
  panels: readonly T[],
  id: string,
  direction: Direction,
  least: { readonly w: number; readonly h: number },
): readonly T[] {
  const panel = panels.find((each) => each.id === id);
  if (!panel) return panels;
  const vertical = direction === "up" ? -1 : direction === "down" ? 1 : 0;
  const w = Math.max(least.w, Math.min(panel.w + sideways[direction], COLUMNS - panel.x));
  const h = Math.max(least.h, Math.min(panel.h + vertical, MAX_ROWS));
  if (w === panel.w && h === panel.h) return panels;
  return settle(
    panels.map((each) => (each.id === id ? { ...each, w, h } : each)),
    id,
  );
}
