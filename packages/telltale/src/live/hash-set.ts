import { copyHash, HASH_WORDS } from "../id-hash.ts";

/** Share of the slots that may be taken; more would make the ways long. */
const FULL = 0.75;
const GROWTH = 1.5;
const FEWEST = 16;

/** Hashes of 128 bits with a number other than 0 each, in 20 bytes a slot: 27 to 40 for each hash. */
export class HashSet {
  #keys: Uint32Array;
  /** 0 for a free slot. */
  #marks: Uint32Array;
  #size = 0;

  /** @param room for so many it need not grow */
  constructor(room = 0) {
    const slots = Math.max(FEWEST, Math.ceil(room / FULL));
    this.#keys = new Uint32Array(slots * HASH_WORDS);
    this.#marks = new Uint32Array(slots);
  }

  get size(): number {
    return this.#size;
  }

  /** Bytes that it takes. */
  get bytes(): number {
    return this.#keys.byteLength + this.#marks.byteLength;
  }

  has(hashes: Uint32Array, at: number): boolean {
    return this.#marks[this.#slot(hashes, at)] !== 0;
  }

  /** Adds the hash at `at`, or changes its mark. @param mark from 1 to 2^32 - 1 */
  set(hashes: Uint32Array, at: number, mark: number): void {
    let slot = this.#slot(hashes, at);
    if (this.#marks[slot] === 0) {
      if (this.#size + 1 > this.#marks.length * FULL) {
        this.#rebuild(Math.ceil(this.#marks.length * GROWTH), 0);
        slot = this.#slot(hashes, at);
      }
      copyHash(hashes, at, this.#keys, slot * HASH_WORDS);
      this.#size++;
    }
    this.#marks[slot] = mark;
  }

  /** @param visit is told where in `hashes` each is */
  forEach(visit: (hashes: Uint32Array, at: number, mark: number) => void): void {
    for (let slot = 0; slot < this.#marks.length; slot++) {
      const mark = this.#marks[slot] ?? 0;
      if (mark !== 0) visit(this.#keys, slot * HASH_WORDS, mark);
    }
  }

  /** Forgets the hashes whose mark is below `least`. */
  forget(least: number): void {
    let kept = 0;
    for (const mark of this.#marks) if (mark !== 0 && mark >= least) kept++;
    if (kept < this.#size) this.#rebuild(Math.max(FEWEST, Math.ceil((kept / FULL) * 1.2)), least);
  }

  /** Where the hash is, or the free slot that it would take. */
  #slot(hashes: Uint32Array, at: number): number {
    const keys = this.#keys;
    const slots = this.#marks.length;
    const a = hashes[at] ?? 0;
    const b = hashes[at + 1];
    const c = hashes[at + 2];
    const d = hashes[at + 3];
    let slot = Math.floor((a / 2 ** 32) * slots);
    for (;;) {
      if (this.#marks[slot] === 0) return slot;
      const key = slot * HASH_WORDS;
      if (keys[key] === a && keys[key + 1] === b && keys[key + 2] === c && keys[key + 3] === d) {
        return slot;
      }
      slot = slot + 1 === slots ? 0 : slot + 1;
    }
  }

  #rebuild(slots: number, least: number): void {
    const keys = this.#keys;
    const marks = this.#marks;
    this.#keys = new Uint32Array(slots * HASH_WORDS);
    this.#marks = new Uint32Array(slots);
    this.#size = 0;
    for (let old = 0; old < marks.length; old++) {
      const mark = marks[old] ?? 0;
      if (mark === 0 || mark < least) continue;
      const slot = this.#slot(keys, old * HASH_WORDS);
      copyHash(keys, old * HASH_WORDS, this.#keys, slot * HASH_WORDS);
      this.#marks[slot] = mark;
      this.#size++;
    }
  }
}
