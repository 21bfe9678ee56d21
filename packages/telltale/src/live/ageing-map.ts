/**
 * A map that forgets in halves: what was set since its owner last turned it, and what was set between
 * the two turns before. A map that lost its oldest entry at a time would be searched for it each time.
 */
export class AgeingMap<V> {
  #now = new Map<string, V>();
  #before = new Map<string, V>();
  /** The key that was last looked for in vain: who looks for one usually sets it next. */
  #missing: string | undefined;

  /** Entries set since the last turn. */
  get young(): number {
    return this.#now.size;
  }

  get(key: string): V | undefined {
    if (key === this.#missing) return undefined;
    const value = this.#now.get(key) ?? this.#before.get(key);
    if (value === undefined) this.#missing = key;
    return value;
  }

  set(key: string, value: V): void {
    if (key === this.#missing) this.#missing = undefined;
    this.#now.set(key, value);
  }

  delete(key: string): void {
    this.#now.delete(key);
    this.#before.delete(key);
  }

  /** The newest of each key. */
  *entries(): Generator<[string, V]> {
    yield* this.#now;
    for (const entry of this.#before) if (!this.#now.has(entry[0])) yield entry;
  }

  /** Forgets what was set before the last turn. */
  turn(): void {
    this.#before = this.#now;
    this.#now = new Map();
  }
}
