import type { FileHandle } from "node:fs/promises";
import { readPages } from "./page-file.ts";
import type { Asked } from "./port.ts";
import { hasHash, isFull, placeOf } from "./table.ts";

/** Pages from the first to the last of those that are read at once. */
const NEAR = 16;

interface Looking {
  readonly asked: Asked;
  /** The page to look at. */
  readonly place: number;
}

/**
 * Those of `asked` that a table has, of `pages` pages from page `first` of the file on.
 *
 * @throws when a page that is asked is damaged
 */
export async function findIn(
  file: FileHandle,
  first: number,
  pages: number,
  asked: readonly Asked[],
): Promise<Asked[]> {
  const found: Asked[] = [];
  let looking = asked.map((one): Looking => ({ asked: one, place: placeOf(one.hash, 0, pages) }));
  while (looking.length > 0) {
    const further: Looking[] = [];
    for (const near of neighbours(looking)) {
      const begin = near[0]?.place ?? 0;
      const end = near.at(-1)?.place ?? 0;
      const read = await readPages(file, first + begin, end - begin + 1);
      for (const { asked: one, place } of near) {
        if (hasHash(read, place - begin, one.hash)) found.push(one);
        else if (isFull(read, place - begin))
          further.push({ asked: one, place: (place + 1) % pages });
      }
    }
    looking = further;
  }
  return found;
}

/** By page, and those together whose pages are near to each other. */
function neighbours(looking: readonly Looking[]): Looking[][] {
  const groups: Looking[][] = [];
  for (const one of looking.toSorted((a, b) => a.place - b.place)) {
    const group = groups.at(-1);
    const begin = group?.[0]?.place ?? Number.NEGATIVE_INFINITY;
    if (one.place < begin + NEAR) group?.push(one);
    else groups.push([one]);
  }
  return groups;
}
