import { createPalette, distinctSlots, type Palette, slotFor } from "./palette.ts";

const KEY = "telltale.model-colors";

function stored(): Record<string, number> {
  try {
    const value: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    if (typeof value !== "object" || value === null) return {};
    return Object.fromEntries(
      Object.entries(value).filter((entry): entry is [string, number] =>
        Number.isInteger(entry[1]),
      ),
    );
  } catch {
    return {};
  }
}

const palette: Palette = createPalette(stored(), (slots) => {
  try {
    localStorage.setItem(KEY, JSON.stringify(slots));
  } catch {
    // Colours then stay for this visit and start from the same hash on the next.
  }
});

/** Gives colours in the order of names, so that two browsers that see the same models agree. */
export function assignModelColors(models: Iterable<string>): void {
  for (const model of [...models].sort()) palette.slotOf(model);
}

/** A model's colour, as a CSS value: the same on every page and after a reload. */
export function modelColor(model: string): string {
  return `var(--series-${palette.slotOf(model) + 1})`;
}

/**
 * Colours for the names of one chart or list, most first: no two of the first eight share one, and
 * the rest are grey. Models keep theirs wherever they appear, as far as that goes.
 */
export function groupColors(group: string, names: readonly string[]): (name: string) => string {
  const wish = group === "model" ? palette.slotOf : slotFor;
  const slots = distinctSlots(names, wish);
  return (name) => {
    const slot = slots.get(name) ?? null;
    return slot === null ? "var(--color-faint)" : `var(--series-${slot + 1})`;
  };
}
