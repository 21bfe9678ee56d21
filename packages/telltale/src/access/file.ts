import { mkdir, open, readFile, rm, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { StorageError } from "../history/store.ts";
import { Queue } from "../queue.ts";
import { writeWhole } from "../settings/document.ts";
import { type Book, bookSchema, DEFAULT_PROJECT, emptyBook } from "./book.ts";

/** How long a change waits for those of other processes, ms. */
const PATIENCE = 5000;
const AGAIN = 20;

export interface AccessFileOptions {
  readonly path: string;
  /** Unix ms. */
  readonly now: () => number;
  /** How long a change waits for those of other processes, ms; then their lock is a dead one's. */
  readonly patience?: number;
}

/**
 * The file `access.json`, which the server and `telltale keys` both change: each change is made to
 * what is on disk at that moment, one at a time.
 */
export class AccessFile {
  readonly #path: string;
  readonly #now: () => number;
  readonly #patience: number;
  #value: Book;
  #mark: string;
  readonly #changes = new Queue();

  private constructor(
    { path, now, patience = PATIENCE }: AccessFileOptions,
    value: Book,
    mark: string,
  ) {
    this.#path = path;
    this.#now = now;
    this.#patience = patience;
    this.#value = value;
    this.#mark = mark;
  }

  /** @throws {StorageError} when it is there and can not be read or understood. */
  static async open(options: AccessFileOptions): Promise<AccessFile> {
    const { path, now } = options;
    const mark = await markOf(path);
    return new AccessFile(options, await read(path, now()), mark);
  }

  get value(): Book {
    return this.#value;
  }

  /**
   * Looks whether another process has changed it. What can not be understood leaves things as they
   * are.
   *
   * @returns whether it has changed
   * @throws {StorageError}
   */
  async refresh(): Promise<boolean> {
    const mark = await markOf(this.#path);
    if (mark === this.#mark) return false;
    this.#mark = mark;
    this.#value = await read(this.#path, this.#now());
    return true;
  }

  /**
   * Changes it; resolves once that is on disk.
   *
   * @throws {StorageError} and whatever `change` throws
   */
  update(change: (book: Book) => Book): Promise<Book> {
    return this.#changes.run(() => this.#locked(change));
  }

  async #locked(change: (book: Book) => Book): Promise<Book> {
    const release = await lock(this.#path, this.#patience);
    try {
      const before = await read(this.#path, this.#now());
      const after = change(before);
      if (after !== before) await writeWhole(this.#path, `${JSON.stringify(after, null, 2)}\n`);
      this.#mark = await markOf(this.#path);
      this.#value = after;
      return after;
    } finally {
      await release();
    }
  }
}

async function read(path: string, now: number): Promise<Book> {
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT") return emptyBook(now);
    throw new StorageError(`${path} could not be read: ${messageOf(error)}`, { cause: error });
  }
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw damaged(path, "it is not JSON");
  }
  const parsed = bookSchema.safeParse(json);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw damaged(path, `${issue?.path.join(".") || "it"}: ${issue?.message ?? "is wrong"}`);
  }
  const book = parsed.data;
  if (book.projects.some(({ id }) => id === DEFAULT_PROJECT)) return book;
  return { ...book, projects: [...emptyBook(now).projects, ...book.projects] };
}

/** Nobody is let in, and nothing written over, on the strength of a file that is not understood. */
function damaged(path: string, reason: string): StorageError {
  return new StorageError(
    `${path} could not be understood (${reason}); mend it, or move it away to begin anew without keys and projects`,
  );
}

async function markOf(path: string): Promise<string> {
  try {
    const { ino, size, mtimeMs } = await stat(path);
    return `${ino} ${size} ${mtimeMs}`;
  } catch {
    return "";
  }
}

/**
 * Takes `<path>.lock` for this process; the returned function gives it back. Who holds it does so for a
 * moment: one that stays was left behind by a process that was killed.
 */
async function lock(path: string, patience: number): Promise<() => Promise<void>> {
  const file = `${path}.lock`;
  let held = "";
  let until = performance.now() + patience;
  for (;;) {
    try {
      await mkdir(dirname(path), { recursive: true });
      await (await open(file, "wx", 0o600)).close();
      return () => rm(file, { force: true });
    } catch (error) {
      if (codeOf(error) !== "EEXIST") {
        throw new StorageError(`${path} could not be changed: ${messageOf(error)}`, {
          cause: error,
        });
      }
    }
    const mark = await markOf(file);
    if (mark !== held) {
      held = mark;
      until = performance.now() + patience;
    } else if (performance.now() >= until) {
      await rm(file, { force: true });
    }
    await wait(AGAIN);
  }
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
