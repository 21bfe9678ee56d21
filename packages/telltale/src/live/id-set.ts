import { HASH_WORDS } from "../id-hash.ts";
import { HashSet } from "./hash-set.ts";

/** Sets that the hashes are spread over, so that one grows in about a millisecond. */
const SETS = 256;
/** No set gets more than so many times its share, of a large number. */
const UNEVEN = 1.1;

/** Hashes with a number other than 0 each; of any size, and never long about anything. */
export class IdSet {
  readonly #sets = new Array<HashSet | undefined>(SETS).fill(undefined);
  readonly #room: number;
  #size = 0;

  /** @param room for about so many it need not grow */
  constructor(room = 0) {
    this.#room = (room / SETS) * UNEVEN;
  }

  get size(): number {
    return this.#size;
  }

  /** Bytes that it takes. */
  get bytes(): number {
    return this.#sets.reduce((sum, set) => sum + (set?.bytes ?? 0), 0);
  }

  has(hashes: Uint32Array, at: number): boolean {
    return this.#sets[placeOf(hashes, at)]?.has(hashes, at) ?? false;
  }

  /** Adds the hash at `at`, or changes its mark. @param mark from 1 to 2^32 - 1 */
  set(hashes: Uint32Array, at: number, mark: number): void {
    const place = placeOf(hashes, at);
    let set = this.#sets[place];
    if (set === undefined) {
      set = new HashSet(this.#room);
      this.#sets[place] = set;
    }
    const before = set.size;
    set.set(hashes, at, mark);
    this.#size += set.size - before;
  }

  /** The sets that it consists of, to be gone through with pauses. */
  *sets(): Generator<HashSet> {
    for (const set of this.#sets) if (set !== undefined) yield set;
  }

  /** Forgets the hashes whose mark is below `least`. */
  async forget(least: number, pause: () => Promise<void>): Promise<void> {
    for (const set of this.sets()) {
      const before = set.size;
      set.forget(least);
      this.#size += set.size - before;
      await pause();
    }
  }
}

/** By another word than the one that places a hash within its set. */
function placeOf(hashes: Uint32Array, at: number): number {
  return (hashes[at + HASH_WORDS - 1] ?? 0) % SETS;
}
