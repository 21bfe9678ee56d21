import { copyHash, HASH_WORDS } from "../id-hash.ts";
import { countOf, fillOf, type Pages, ROOM_WORDS, recordAt, setFill } from "./page.ts";

const MOST = ROOM_WORDS / HASH_WORDS;
/** Hashes of a page on average: few enough that hardly one is full. */
const AVERAGE = 200;

/** Pages of a table for so many hashes. */
export function tablePages(hashes: number): number {
  return Math.max(1, Math.ceil(hashes / AVERAGE));
}

/** The page that has the hash at `at`; where it is full, the next may have it. */
export function placeOf(hashes: Uint32Array, at: number, pages: number): number {
  return Math.floor(((hashes[at] ?? 0) / 2 ** 32) * pages);
}

export function addHashes(table: Pages, hashes: Uint32Array): void {
  const pages = countOf(table);
  for (let at = 0; at < hashes.length; at += HASH_WORDS) {
    let place = placeOf(hashes, at, pages);
    while (isFull(table, place)) place = (place + 1) % pages;
    const fill = fillOf(table, place);
    copyHash(hashes, at, table, recordAt(place, fill, HASH_WORDS));
    setFill(table, place, fill + 1);
  }
}

/** Whether page `place` of `pages` has the hash. */
export function hasHash(pages: Pages, place: number, hash: Uint32Array): boolean {
  const [a, b, c, d] = hash;
  const end = recordAt(place, fillOf(pages, place), HASH_WORDS);
  for (let at = recordAt(place, 0, HASH_WORDS); at < end; at += HASH_WORDS) {
    if (pages[at] === a && pages[at + 1] === b && pages[at + 2] === c && pages[at + 3] === d) {
      return true;
    }
  }
  return false;
}

export function isFull(pages: Pages, place: number): boolean {
  return fillOf(pages, place) === MOST;
}
