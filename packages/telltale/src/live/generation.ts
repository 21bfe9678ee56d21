import { copyHash, HASH_WORDS } from "../id-hash.ts";
import type { KnownIds } from "../ids/port.ts";
import type { HashSet } from "./hash-set.ts";
import { hourOf, timeOfHour } from "./hour.ts";
import { IdSet } from "./id-set.ts";

/** Ids that were stored one after another, each with its hour and whether its request's end leads to it. */
export class Generation {
  /** Whether an archive has them too. */
  archived = false;
  from: number = Number.POSITIVE_INFINITY;
  to: number = Number.NEGATIVE_INFINITY;
  last = { hash: new Uint32Array(HASH_WORDS), storedAt: 0 };
  /** How many nothing leads to; one that came twice counts twice. */
  lasting = 0;
  readonly #ids: IdSet;

  /** @param room for about so many it need not grow */
  constructor(room = 0) {
    this.#ids = new IdSet(room);
  }

  get size(): number {
    return this.#ids.size;
  }

  get bytes(): number {
    return this.#ids.bytes;
  }

  has(hash: Uint32Array): boolean {
    return this.#ids.has(hash, 0);
  }

  add(hash: Uint32Array, storedAt: number, placed: boolean): void {
    this.#ids.set(hash, 0, markOf(hourOf(storedAt), placed));
    if (!placed) this.lasting++;
    this.from = Math.min(this.from, storedAt);
    this.to = Math.max(this.to, storedAt);
    copyHash(hash, 0, this.last.hash, 0);
    this.last.storedAt = storedAt;
  }

  *parts(): Generator<{ placed: Uint32Array; lasting: KnownIds }> {
    for (const set of this.#ids.sets()) yield partOf(set);
  }

  forget(oldestHour: number, pause: () => Promise<void>): Promise<void> {
    return this.#ids.forget(markOf(oldestHour, false), pause);
  }
}

/** Grows with the hour, so that what is older has a lower one. */
function markOf(hour: number, placed: boolean): number {
  return hour * 2 + (placed ? 1 : 0);
}

function partOf(set: HashSet): { placed: Uint32Array; lasting: KnownIds } {
  const placed = new Uint32Array(set.size * HASH_WORDS);
  const lasting = new Uint32Array(set.size * HASH_WORDS);
  const storedAt: number[] = [];
  let places = 0;
  set.forEach((hashes, at, mark) => {
    if (mark % 2 === 1) {
      copyHash(hashes, at, placed, places * HASH_WORDS);
      places++;
    } else {
      copyHash(hashes, at, lasting, storedAt.length * HASH_WORDS);
      storedAt.push(timeOfHour(Math.floor(mark / 2)));
    }
  });
  return {
    placed: placed.subarray(0, places * HASH_WORDS),
    lasting: {
      hashes: lasting.subarray(0, storedAt.length * HASH_WORDS),
      storedAt: Float64Array.from(storedAt),
    },
  };
}
