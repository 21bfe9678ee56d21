import { findIn } from "./find.ts";
import { type Head, headOf, headPage } from "./head.ts";
import { addIds, idsIn, listPages } from "./list.ts";
import { countOf, emptyPages, PAGE_BYTES } from "./page.ts";
import { AT_ONCE, readPages, withFile, writePages } from "./page-file.ts";
import type { Asked, KnownIds, Leaving } from "./port.ts";
import { addHashes, tablePages } from "./table.ts";

/** Words of hashes that are copied at once: about a millisecond. */
const WORDS_AT_ONCE = 40_000;

/** Ids on disk: a page that says which, a table of those that are looked up, a list of the lasting. */
export interface IdFile extends Head {
  readonly path: string;
}

export interface WriteOptions {
  readonly run: string;
  /** Lets others go first. */
  readonly pause: () => Promise<void>;
}

export async function writeIdFile(
  path: string,
  { from, to, last, ...leaving }: Leaving,
  { run, pause }: WriteOptions,
): Promise<IdFile> {
  const table = emptyPages(tablePages(leaving.placed));
  const list = emptyPages(listPages(leaving.lasting));
  let listed = 0;
  let words = 0;
  for (const { placed, lasting } of leaving.parts()) {
    addHashes(table, placed);
    addIds(list, listed, lasting);
    listed += lasting.storedAt.length;
    words += placed.length + lasting.hashes.length;
    if (words < WORDS_AT_ONCE) continue;
    words = 0;
    await pause();
  }
  const head: Head = {
    version: 1,
    from,
    to,
    last: { hash: [...last.hash], storedAt: last.storedAt },
    run,
    table: countOf(table),
    list: countOf(list),
  };
  await writePages(path, [headPage(head), table, list]);
  return { path, ...head };
}

/** @throws when it is not whole */
export function openIdFile(path: string): Promise<IdFile> {
  return withFile(path, async (file) => {
    const head = headOf(await readPages(file, 0, 1));
    const { size } = await file.stat();
    if (size !== (1 + head.table + head.list) * PAGE_BYTES) throw new Error("its end is missing");
    return { path, ...head };
  });
}

/** The ids that are lasting. @throws when a page of them is damaged */
export function lastingIn({ path, table, list }: IdFile): Promise<KnownIds[]> {
  return withFile(path, async (file) => {
    const ids: KnownIds[] = [];
    for (let page = 0; page < list; page += AT_ONCE) {
      ids.push(idsIn(await readPages(file, 1 + table + page, Math.min(AT_ONCE, list - page))));
    }
    return ids;
  });
}

/** Those of `asked` that it has. @throws when a page that is asked is damaged */
export function findInFile({ path, table }: IdFile, asked: readonly Asked[]): Promise<Asked[]> {
  return withFile(path, (file) => findIn(file, 1, table, asked));
}
