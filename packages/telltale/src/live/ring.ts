/** The newest `capacity` things, oldest forgotten first. */
export class Ring<T> {
  readonly #items: T[] = [];
  readonly #capacity: number;
  #next = 0;

  constructor(capacity: number) {
    this.#capacity = capacity;
  }

  push(item: T): void {
    this.#items[this.#next] = item;
    this.#next = (this.#next + 1) % this.#capacity;
  }

  /** Puts `item` in the place of the one that `is` it. */
  replace(is: (item: T) => boolean, item: T): void {
    const at = this.#items.findIndex(is);
    if (at >= 0) this.#items[at] = item;
  }

  newestFirst(): T[] {
    const { length } = this.#items;
    const items: T[] = [];
    for (let back = 1; back <= length; back++) {
      const item = this.#items[(this.#next - back + length) % length];
      if (item !== undefined) items.push(item);
    }
    return items;
  }
}
