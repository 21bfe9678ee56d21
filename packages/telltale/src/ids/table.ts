import { HASH_WORDS } from "../id-hash.ts";
import { countOf, fillOf, HEAD_WORDS, type Pages, pageOf, ROOM_WORDS, setFill } from "./page.ts";

const MOST = ROOM_WORDS / HASH_WORDS;
/** Hashes of a page on average: few enough that hardly one is full. */
const AVERAGE = 200;

/** Pages of a table for so many hashes. */
export function tablePages(hashes: number): number {
  return Math.max(1, Math.ceil(hashes / AVERAGE));
}

/** The page that has a hash; where it is full, the next may have it. */
export function placeOf(hash: Uint32Array, pages: number): number {
  return Math.floor(((hash[0] ?? 0) / 2 ** 32) * pages);
}

export function addHashes(table: Pages, hashes: Uint32Array): void {
  const pages = countOf(table);
  for (let at = 0; at < hashes.length; at += HASH_WORDS) {
    const hash = hashes.subarray(at, at + HASH_WORDS);
    let place = placeOf(hash, pages);
    let page = pageOf(table, place);
    while (isFull(page)) {
      place = (place + 1) % pages;
      page = pageOf(table, place);
    }
    const fill = fillOf(page);
    page.set(hash, HEAD_WORDS + fill * HASH_WORDS);
    setFill(page, fill + 1);
  }
}

export function hasHash(page: Pages, hash: Uint32Array): boolean {
  const [a, b, c, d] = hash;
  const end = HEAD_WORDS + fillOf(page) * HASH_WORDS;
  for (let at = HEAD_WORDS; at < end; at += HASH_WORDS) {
    if (page[at] === a && page[at + 1] === b && page[at + 2] === c && page[at + 3] === d) {
      return true;
    }
  }
  return false;
}

export function isFull(page: Pages): boolean {
  return fillOf(page) === MOST;
}
