import { same } from "./same.ts";
import { NO_ENTRIES, NO_ITEMS } from "./stream-state.ts";

/** The newest values by key. A later value of a key takes the place of the earlier one. */
export class Keyed<T> {
  /** Oldest first, as a Map keeps its keys. */
  #items = new Map<string, T>();
  #map: ReadonlyMap<string, T> | undefined = NO_ENTRIES;
  #list: readonly T[] | undefined = NO_ITEMS;

  put(key: string, item: T, size: number): void {
    if (same(this.#items.get(key), item)) return;
    this.#items.set(key, item);
    this.#trim(size);
  }

  /** Puts `incoming` (newest first) on top; of the others those stay that `keep` says. */
  merge(
    incoming: readonly T[],
    keyOf: (item: T) => string,
    keep: (item: T) => boolean,
    size: number,
  ): void {
    const before = this.#items;
    const fresh = new Map<string, T>();
    for (const item of [...incoming].reverse()) {
      const key = keyOf(item);
      const known = before.get(key);
      fresh.set(key, known !== undefined && same(known, item) ? known : item);
    }
    const older = [...before].filter(([key, item]) => !fresh.has(key) && keep(item));
    this.#items = new Map([...older, ...fresh]);
    this.#trim(size);
  }

  /** The same map until something changes. */
  map(): ReadonlyMap<string, T> {
    this.#map ??= new Map(this.#items);
    return this.#map;
  }

  /** The same array until something changes. */
  newestFirst(): readonly T[] {
    this.#list ??= [...this.#items.values()].reverse();
    return this.#list;
  }

  #trim(size: number): void {
    for (const key of this.#items.keys()) {
      if (this.#items.size <= size) break;
      this.#items.delete(key);
    }
    this.#map = undefined;
    this.#list = undefined;
  }
}

/** The newest of what has no key. */
export class Log<T> {
  #items: readonly T[] = NO_ITEMS;
  #added: T[] = [];

  add(item: T): void {
    this.#added.push(item);
  }

  replace(items: readonly T[]): void {
    this.#items = items;
    this.#added = [];
  }

  /** The same array until something is added. */
  newestFirst(size: number): readonly T[] {
    if (this.#added.length > 0 || this.#items.length > size) {
      this.replace([...this.#added.reverse(), ...this.#items].slice(0, size));
    }
    return this.#items;
  }
}
