import { type FileHandle, open } from "node:fs/promises";
import { replaceFile } from "../whole-file.ts";
import {
  bytesOf,
  countOf,
  emptyPages,
  isWhole,
  PAGE_BYTES,
  type Pages,
  pageOf,
  pagesOf,
  seal,
} from "./page.ts";

/** Pages that are written, or read, at once: a fraction of a millisecond. */
export const AT_ONCE = 256;

/** Writes all of it or nothing, whatever happens. */
export function writePages(path: string, parts: readonly Pages[]): Promise<void> {
  return replaceFile(path, async (file) => {
    for (const pages of parts) {
      for (let first = 0; first < countOf(pages); first += AT_ONCE) {
        const some = pagesOf(pages, first, AT_ONCE);
        seal(some);
        await file.writeFile(bytesOf(some));
      }
    }
  });
}

/** @throws when one of them is damaged */
export async function readPages(file: FileHandle, first: number, count: number): Promise<Pages> {
  const pages = emptyPages(count);
  const { bytesRead } = await file.read(bytesOf(pages), 0, undefined, first * PAGE_BYTES);
  if (bytesRead < pages.byteLength) throw new Error("its end is missing");
  for (let index = 0; index < count; index++) {
    if (!isWhole(pageOf(pages, index))) throw new Error(`page ${first + index} is damaged`);
  }
  return pages;
}

export async function withFile<T>(path: string, use: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, "r");
  try {
    return await use(file);
  } finally {
    await file.close();
  }
}
