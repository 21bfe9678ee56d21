import { HASH_WORDS } from "../id-hash.ts";
import { countOf, fillOf, HEAD_WORDS, type Pages, pageOf, ROOM_WORDS, setFill } from "./page.ts";
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
    const page = pageOf(list, Math.floor((listed + i) / MOST));
    const fill = fillOf(page);
    const record = HEAD_WORDS + fill * WORDS;
    page.set(hashes.subarray(i * HASH_WORDS, (i + 1) * HASH_WORDS), record);
    page[record + HASH_WORDS] = Math.floor(at / MINUTE);
    setFill(page, fill + 1);
  });
}

export function idsIn(list: Pages): KnownIds {
  const pages = Array.from({ length: countOf(list) }, (_, index) => pageOf(list, index));
  const count = pages.reduce((sum, page) => sum + fillOf(page), 0);
  const ids = { hashes: new Uint32Array(count * HASH_WORDS), storedAt: new Float64Array(count) };
  let listed = 0;
  for (const page of pages) {
    for (let i = 0; i < fillOf(page); i++, listed++) {
      const record = HEAD_WORDS + i * WORDS;
      ids.hashes.set(page.subarray(record, record + HASH_WORDS), listed * HASH_WORDS);
      ids.storedAt[listed] = (page[record + HASH_WORDS] ?? 0) * MINUTE;
    }
  }
  return ids;
}
