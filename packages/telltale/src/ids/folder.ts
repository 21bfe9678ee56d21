import { randomUUID } from "node:crypto";
import { mkdir, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { HASH_WORDS } from "../id-hash.ts";
import { findInFile, type IdFile, lastingIn, openIdFile, writeIdFile } from "./id-file.ts";
import type { Asked, IdArchive, KnownIds, Leaving, Span } from "./port.ts";

/** A clock may have been set back so far between the end of a file and what was stored next, ms. */
const SET_BACK = 10_000;
const NAME = /^(\d+)\.ids$/;

export interface IdFolderOptions {
  /** Made when there is something to put into it. */
  readonly path: string;
  /** Lets others go first. */
  readonly pause: () => Promise<void>;
  readonly warn: (error: unknown, what: string) => void;
  /** Learns otherwise what was stored then: a file that has it can not be read. */
  readonly lost: (span: Span) => Promise<void>;
}

/**
 * Ids of a day in files, a generation each, numbered as they came. The history has all of them too,
 * but not where they can be found in a moment: what no file has is recalled from there.
 */
export class IdFolder implements IdArchive {
  readonly #options: IdFolderOptions;
  /** By their numbers, in order. */
  readonly #files = new Map<number, IdFile>();
  /** Between two files of one run nothing else was stored. */
  readonly #run = randomUUID();
  #next = 1;
  #failing = false;

  constructor(options: IdFolderOptions) {
    this.#options = options;
  }

  /** The latest time that something in it was stored at, Unix ms; -Infinity when it is empty. */
  get until(): number {
    let until = Number.NEGATIVE_INFINITY;
    for (const { to } of this.#files.values()) until = Math.max(until, to);
    return until;
  }

  /** Finds what earlier runs stored since `from`, Unix ms, and tells which of the ids are lasting. */
  async open(from: number): Promise<KnownIds[]> {
    const { path } = this.#options;
    this.#files.clear();
    const names = await readdir(path).catch((): string[] => []);
    const numbers = names.flatMap((name) => NAME.exec(name)?.[1] ?? []).map(Number);
    const lasting: KnownIds[] = [];
    for (const number of numbers.sort((a, b) => a - b)) {
      const file = this.#pathOf(number);
      try {
        const opened = await openIdFile(file);
        lasting.push(...(await lastingIn(opened)));
        this.#files.set(number, opened);
        this.#next = number + 1;
      } catch (error) {
        this.#options.warn(error, unreadable(file));
        await this.#remove(number);
      }
    }
    await this.forget(from);
    return lasting;
  }

  /** When those ids were stored, since `from`, that are in no file. */
  unknown(from: number): Span[] {
    const spans: Span[] = [];
    let begin = from;
    for (const [number, file] of this.#files) {
      if (this.#files.get(number - 1)?.run !== file.run) {
        spans.push({ from: begin, to: file.from + SET_BACK });
      }
      begin = Math.max(from, file.last.storedAt - SET_BACK);
    }
    spans.push({ from: begin, to: Number.POSITIVE_INFINITY });
    return spans.filter((span) => span.from <= span.to);
  }

  /** Whether a history that has `known` of the times `unknown` is the one that the files were written beside. */
  isOf(known: readonly KnownIds[]): boolean {
    const newest = [...this.#files.values()].at(-1);
    return newest === undefined || known.some((ids) => has(ids, newest.last));
  }

  async clear(): Promise<void> {
    for (const number of this.#files.keys()) await this.#remove(number);
  }

  async put(leaving: Leaving): Promise<boolean> {
    const { path, pause } = this.#options;
    const number = this.#next;
    try {
      await mkdir(path, { recursive: true });
      const options = { run: this.#run, pause };
      this.#files.set(number, await writeIdFile(this.#pathOf(number), leaving, options));
    } catch (error) {
      if (!this.#failing) {
        this.#options.warn(error, "ids can not be put on disk; they stay in memory until they can");
      }
      this.#failing = true;
      return false;
    }
    this.#failing = false;
    this.#next++;
    return true;
  }

  async find(asked: readonly Asked[]): Promise<ReadonlySet<Asked>> {
    const found = new Set<Asked>();
    let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    for (const { from, to } of asked) [first, last] = [Math.min(first, from), Math.max(last, to)];
    for (const [number, file] of this.#files) {
      if (file.to < first || file.from > last) continue;
      const some = asked.filter(
        (one) => one.from <= file.to && one.to >= file.from && !found.has(one),
      );
      if (some.length === 0) continue;
      try {
        for (const one of await findInFile(file, some)) found.add(one);
      } catch (error) {
        this.#options.warn(error, unreadable(file.path));
        await this.#options.lost(file);
        await this.#remove(number);
      }
    }
    return found;
  }

  async forget(time: number): Promise<void> {
    for (const [number, { to }] of this.#files) if (to < time) await this.#remove(number);
  }

  #pathOf(number: number): string {
    return join(this.#options.path, `${number}.ids`);
  }

  /** One that can not be deleted is found, and is too old or of another history, after the next start. */
  async #remove(number: number): Promise<void> {
    this.#files.delete(number);
    await rm(this.#pathOf(number), { force: true }).catch(() => undefined);
  }
}

function unreadable(path: string): string {
  return `${path} can not be read; what it says is recalled from the history`;
}

function has({ hashes, storedAt }: KnownIds, last: IdFile["last"]): boolean {
  return storedAt.some(
    (at, i) =>
      at === last.storedAt &&
      last.hash.every((word, index) => word === hashes[i * HASH_WORDS + index]),
  );
}
