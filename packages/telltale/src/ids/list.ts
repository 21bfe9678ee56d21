import { copyHash, HASH_WORDS } from "../id-hash.ts";
import { countOf, fillOf, type Pages, ROOM_WORDS, recordAt, setFill } from "./page.ts";
import type { KnownIds } from "./port.ts";

/** A hash, and the minute it was stored in. */
const WORDS = HASH_WORDS + 1;
const MOST = Math.floor(ROOM_WORDS / WORDS);
const MINUTE = 60_000;

/** Pages of a list of so many ids. */
export function listPages(ids: number): number {
  return Math.ceil(ids / MOST);
}

/** Adds ids to a list that has `listed` of them so far. */
export function addIds(list: Pages, listed: number, { hashes, storedAt }: KnownIds): void {
  storedAt.forEach((at, i) => {
    const place = Math.floor((listed + i) / MOST);
    const index = (listed + i) % MOST;
    const record = recordAt(place, index, WORDS);
    copyHash(hashes, i * HASH_WORDS, list, record);
    list[record + HASH_WORDS] = Math.floor(at / MINUTE);
    setFill(list, place, index + 1);
  });
}

export function idsIn(list: Pages): KnownIds {
  const pages = countOf(list);
  const hashes = new Uint32Array(pages * MOST * HASH_WORDS);
  const storedAt: number[] = [];
  for (let place = 0; place < pages; place++) {
    for (let index = 0; index < fillOf(list, place); index++) {
      const record = recordAt(place, index, WORDS);
      copyHash(list, record, hashes, storedAt.length * HASH_WORDS);
      storedAt.push((list[record + HASH_WORDS] ?? 0) * MINUTE);
    }
  }
  return { hashes, storedAt: Float64Array.from(storedAt) };
}
