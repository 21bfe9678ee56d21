/** How many distinguishable series colours there are. */
export const SLOTS = 8;

// A browser that has seen thousands of models need not remember them all.
const REMEMBERED = 200;

export interface Palette {
  /** 0 to `SLOTS - 1`. */
  slotOf(name: string): number;
}

function hash(name: string): number {
  let value = 2_166_136_261;
  for (let index = 0; index < name.length; index++) {
    value = Math.imul(value ^ name.charCodeAt(index), 16_777_619);
  }
  return value >>> 0;
}

/** The slot a name asks for by itself. */
export function slotFor(name: string): number {
  return hash(name) % SLOTS;
}

/**
 * Gives each name a slot for good: its hash's own slot when that is free, else the next least used
 * one, so that the first eight names never share a colour.
 */
export function createPalette(
  initial: Readonly<Record<string, number>>,
  save: (slots: Readonly<Record<string, number>>) => void,
): Palette {
  const slots = new Map<string, number>();
  const used = new Array<number>(SLOTS).fill(0);
  const take = (name: string, slot: number): void => {
    slots.set(name, slot);
    used[slot] = (used[slot] ?? 0) + 1;
  };
  for (const [name, slot] of Object.entries(initial)) {
    if (slot >= 0 && slot < SLOTS) take(name, slot);
  }
  return {
    slotOf(name) {
      const known = slots.get(name);
      if (known !== undefined) return known;
      const start = slotFor(name);
      if (slots.size >= REMEMBERED) return start;
      const least = Math.min(...used);
      let slot = start;
      while (used[slot] !== least) slot = (slot + 1) % SLOTS;
      take(name, slot);
      save(Object.fromEntries(slots));
      return slot;
    },
  };
}

/**
 * Slots for what stands in one chart or list. Of the first eight names no two share one: each has the
 * slot it asks for, or, where another has it, the next that nobody asks for. The same eight names
 * always have the same ones, in whatever order they come. Further names are null.
 */
export function distinctSlots(
  names: readonly string[],
  wish: (name: string) => number,
): ReadonlyMap<string, number | null> {
  const first = [...new Set(names)].slice(0, SLOTS).sort();
  const owners = new Map<number, string>();
  for (const name of first) if (!owners.has(wish(name))) owners.set(wish(name), name);
  const slots = new Map<string, number | null>();
  for (const name of first) {
    let slot = wish(name);
    while (owners.has(slot) && owners.get(slot) !== name) slot = (slot + 1) % SLOTS;
    owners.set(slot, name);
    slots.set(name, slot);
  }
  for (const name of names) if (!slots.has(name)) slots.set(name, null);
  return slots;
}
