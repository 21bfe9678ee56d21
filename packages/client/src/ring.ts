import { same } from "./same.ts";

/** The newest values by id. A later value of an id takes the place of the earlier one. */
export class Ring<T> {
  /** Oldest first, as a Map keeps its keys. */
  #items = new Map<string, T>();
  #view: readonly T[] | undefined = [];

  put(id: string, item: T, size: number): void {
    if (same(this.#items.get(id), item)) return;
    this.#items.set(id, item);
    this.#trim(size);
  }

  /** Puts `incoming` (newest first) on top; of the others those stay that `keep` says. */
  merge(incoming: ReadonlyMap<string, T>, keep: (item: T) => boolean, size: number): void {
    const older = [...this.#items].filter(([id, item]) => !incoming.has(id) && keep(item));
    this.#items = new Map([...older, ...[...incoming].reverse()]);
    this.#trim(size);
  }

  clear(): void {
    this.#items.clear();
    this.#trim(0);
  }

  /** The same array until something changes. */
  newestFirst(): readonly T[] {
    this.#view ??= [...this.#items.values()].reverse();
    return this.#view;
  }

  #trim(size: number): void {
    for (const id of this.#items.keys()) {
      if (this.#items.size <= size) break;
      this.#items.delete(id);
    }
    this.#view = undefined;
  }
}
