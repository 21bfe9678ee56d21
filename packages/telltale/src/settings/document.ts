import { mkdir, readFile, rename } from "node:fs/promises";
import { dirname } from "node:path";
import type { z } from "zod";
import { StorageError, StorageFullError } from "../history/store.ts";
import { Queue } from "../queue.ts";
import { replaceFile } from "../whole-file.ts";

export interface DocumentOptions<T> {
  /** Where it is kept. The folder is made if need be. */
  readonly path: string;
  /** What it must be. Defaults in it let a newer version read an older file. */
  readonly schema: z.ZodType<T>;
  /** What it is while there is no file. */
  readonly empty: () => T;
  readonly now: () => number;
}

/**
 * A small JSON file that survives anything: written whole beside the old one, synced, then put in its
 * place. Small means that it is read at start and rewritten with every change.
 *
 * A file that can not be understood is never written over: it is moved aside, and `damage` says where
 * it is and what is wrong with it.
 */
export class Document<T> {
  /** What to tell the operator when the file was damaged. */
  readonly damage: string | null;
  /** Whether there was a file to begin with. */
  readonly existed: boolean;
  readonly #path: string;
  #value: T;
  readonly #changes = new Queue();

  private constructor(path: string, value: T, existed: boolean, damage: string | null) {
    this.#path = path;
    this.#value = value;
    this.existed = existed;
    this.damage = damage;
  }

  /** @throws {StorageError} when the file is there but can not be read or moved aside. */
  static async open<T>(options: DocumentOptions<T>): Promise<Document<T>> {
    const { path, schema, empty, now } = options;
    let text: string;
    try {
      await mkdir(dirname(path), { recursive: true });
      text = await readFile(path, "utf8");
    } catch (error) {
      if (codeOf(error) === "ENOENT") return new Document(path, empty(), false, null);
      throw failure(path, "could not be read", error);
    }
    const read = parse(text, schema);
    if (read.ok) return new Document(path, read.value, true, null);
    const aside = `${path}.damaged-${new Date(now()).toISOString().replace(/[:.]/g, "-")}`;
    try {
      await rename(path, aside);
    } catch (error) {
      throw failure(path, "is damaged and could not be moved aside", error);
    }
    const damage = `${path} could not be understood (${read.reason}). It is kept as ${aside}; mend it and put it back while the server is stopped.`;
    return new Document(path, empty(), true, damage);
  }

  get value(): T {
    return this.#value;
  }

  /**
   * Changes it; resolves with the new value once that is on disk. Until then, and when it fails,
   * `value` is what it was. Changes wait for one another.
   *
   * @throws {StorageFullError} when the disk is full, {@link StorageError} when it fails otherwise;
   *   whatever `change` throws.
   */
  update(change: (value: T) => T): Promise<T> {
    return this.#changes.run(async () => {
      const next = change(this.#value);
      if (next === this.#value) return next;
      await writeWhole(this.#path, `${JSON.stringify(next, null, 2)}\n`);
      this.#value = next;
      return next;
    });
  }
}

type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly reason: string };

function parse<T>(text: string, schema: z.ZodType<T>): Parsed<T> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { ok: false, reason: "it is not JSON" };
  }
  const parsed = schema.safeParse(json);
  if (parsed.success) return { ok: true, value: parsed.data };
  const issue = parsed.error.issues[0];
  return { ok: false, reason: `${issue?.path.join(".") || "it"}: ${issue?.message ?? "is wrong"}` };
}

/**
 * Puts a text in the place of a file that is then either the old or the new one, whatever happens.
 *
 * @throws {StorageFullError} when the disk is full, {@link StorageError} when it fails otherwise
 */
export async function writeWhole(path: string, text: string): Promise<void> {
  try {
    await replaceFile(path, (file) => file.writeFile(text));
  } catch (error) {
    throw failure(path, "could not be written", error);
  }
}

function failure(path: string, what: string, cause: unknown): StorageError {
  const code = codeOf(cause);
  const message = `${path} ${what}: ${cause instanceof Error ? cause.message : String(cause)}`;
  return code === "ENOSPC" || code === "EDQUOT"
    ? new StorageFullError(message, { cause })
    : new StorageError(message, { cause });
}

function codeOf(error: unknown): unknown {
  return error instanceof Error && "code" in error ? error.code : undefined;
}
