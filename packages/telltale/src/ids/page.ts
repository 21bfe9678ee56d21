import { crc32 } from "node:zlib";

export const PAGE_BYTES = 4096;
const PAGE_WORDS = PAGE_BYTES / 4;
/** A page begins with its checksum and how much there is in it. */
export const HEAD_WORDS = 4;
export const ROOM_WORDS = PAGE_WORDS - HEAD_WORDS;

/** Pages in a row, each with a checksum of its own, so that one can be read without the others. */
export type Pages = Uint32Array<ArrayBuffer>;

export function emptyPages(count: number): Pages {
  return new Uint32Array(count * PAGE_WORDS);
}

export function countOf(pages: Pages): number {
  return pages.length / PAGE_WORDS;
}

export function pagesOf(pages: Pages, first: number, count: number): Pages {
  return pages.subarray(first * PAGE_WORDS, (first + count) * PAGE_WORDS);
}

export function pageOf(pages: Pages, index: number): Pages {
  return pagesOf(pages, index, 1);
}

/** How much there is in page `place`: records, or bytes of text. */
export function fillOf(pages: Pages, place: number): number {
  return pages[place * PAGE_WORDS + 1] ?? 0;
}

export function setFill(pages: Pages, place: number, fill: number): void {
  pages[place * PAGE_WORDS + 1] = fill;
}

/** Where record `index` of page `place` begins, of records of so many words. */
export function recordAt(place: number, index: number, words: number): number {
  return place * PAGE_WORDS + HEAD_WORDS + index * words;
}

export function bytesOf(words: Pages): Uint8Array<ArrayBuffer> {
  return new Uint8Array(words.buffer, words.byteOffset, words.byteLength);
}

/** Writes the checksums. */
export function seal(pages: Pages): void {
  for (let index = 0; index < countOf(pages); index++) {
    const page = pageOf(pages, index);
    page[0] = checksumOf(page);
  }
}

export function isWhole(page: Pages): boolean {
  return page[0] === checksumOf(page);
}

function checksumOf(page: Pages): number {
  return crc32(bytesOf(page.subarray(1)));
}
