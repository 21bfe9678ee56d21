import { createHash } from "node:crypto";
import { type FileHandle, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import type { DuckDBConnection } from "@duckdb/node-api";
import { syncFolder } from "../../whole-file.ts";

/** The main header and the two that take turns, one for each checkpoint. */
const HEADERS = 3 * 4096;
const DIGEST = 32;
/** Before each part: where it stands in the file, and its length. */
const LEAD = 16;

interface Part {
  readonly at: number;
  readonly bytes: Buffer;
}

/**
 * A checkpoint of DuckDB writes new metadata into what is free of the blocks that hold the metadata
 * of the last one: in place, 256 KiB at a time under one checksum. A power cut within such a write
 * tears what was whole, and the file is refused. So these blocks are put aside before a checkpoint,
 * and put back when it did not come to its end; the log still has what it was to move.
 *
 * Locks of a file end with its first descriptor that this process closes: the one here is to be kept
 * for as long as DuckDB has the file open.
 */
export class RollbackJournal {
  readonly #file: FileHandle;
  readonly #path: string;

  private constructor(file: FileHandle, path: string) {
    this.#file = file;
    this.#path = path;
  }

  /** `null` when there is no such database. */
  static async of(path: string): Promise<RollbackJournal | null> {
    try {
      return new RollbackJournal(await open(path, "r+"), journalOf(path));
    } catch (error) {
      if (isMissing(error)) return null;
      throw error;
    }
  }

  /** Puts aside what the next checkpoint may write over. Resolves once it is on the disk. */
  async save(connection: DuckDBConnection): Promise<void> {
    const found = await connection.runAndReadAll(
      `SELECT block_id::DOUBLE, (SELECT block_size FROM pragma_database_size()
         WHERE database_name = current_database())::DOUBLE FROM pragma_metadata_info()`,
    );
    const parts = [await this.#read(0, HEADERS)];
    for (const [block, size] of found.getRows()) {
      parts.push(await this.#read(HEADERS + Number(block) * Number(size), Number(size)));
    }
    await write(this.#path, parts);
  }

  /**
   * Puts back what was put aside, unless the checkpoint was made. Nothing may read the file
   * meanwhile, or trust what it has read.
   *
   * @returns whether anything of the file was different
   */
  async putBack(): Promise<boolean> {
    const [headers, ...blocks] = await read(this.#path);
    // The header is the last that a checkpoint writes, and fits a sector, which is not torn.
    if (headers === undefined || !(await this.#has(headers))) return false;
    let changed = false;
    for (const block of blocks) {
      if (await this.#has(block)) continue;
      await this.#file.write(block.bytes, 0, block.bytes.length, block.at);
      changed = true;
    }
    if (changed) await this.#file.sync();
    return changed;
  }

  /** To be called once DuckDB has closed the file. */
  async close(): Promise<void> {
    await this.#file.close();
  }

  async #has({ at, bytes }: Part): Promise<boolean> {
    return (await this.#read(at, bytes.length)).bytes.equals(bytes);
  }

  async #read(at: number, length: number): Promise<Part> {
    const bytes = Buffer.alloc(length);
    const { bytesRead } = await this.#file.read(bytes, 0, length, at);
    return { at, bytes: bytes.subarray(0, bytesRead) };
  }
}

function journalOf(path: string): string {
  return `${path}.rollback`;
}

/** To be called when no checkpoint is under way, or before another file takes the place of `path`. */
export async function removeJournal(path: string): Promise<void> {
  await rm(journalOf(path), { force: true });
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "ENOENT";
}

const digestOf = (bytes: Buffer): Buffer => createHash("sha256").update(bytes).digest();

/** In place: what was put aside before the last checkpoint is needed no more, and its space is. */
async function write(journal: string, parts: readonly Part[]): Promise<void> {
  const content = Buffer.concat(
    parts.flatMap(({ at, bytes }) => {
      const lead = Buffer.alloc(LEAD);
      lead.writeBigUInt64LE(BigInt(at), 0);
      lead.writeBigUInt64LE(BigInt(bytes.length), 8);
      return [lead, bytes];
    }),
  );
  let made = false;
  const file = await open(journal, "r+").catch((error: unknown) => {
    if (!isMissing(error)) throw error;
    made = true;
    return open(journal, "w+");
  });
  try {
    const whole = Buffer.concat([digestOf(content), content]);
    await file.write(whole, 0, whole.length, 0);
    await file.truncate(whole.length);
    await file.sync();
  } finally {
    await file.close();
  }
  if (made) await syncFolder(dirname(journal));
}

/** Nothing when there is no journal, or a torn one: then no checkpoint had begun. */
async function read(journal: string): Promise<Part[]> {
  let file: FileHandle;
  try {
    file = await open(journal, "r");
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
  try {
    const whole = await file.readFile();
    const content = whole.subarray(DIGEST);
    if (!digestOf(content).equals(whole.subarray(0, DIGEST))) return [];
    const parts: Part[] = [];
    for (let at = 0; at < content.length; ) {
      const begin = at + LEAD;
      const end = begin + Number(content.readBigUInt64LE(at + 8));
      parts.push({
        at: Number(content.readBigUInt64LE(at)),
        bytes: content.subarray(begin, end),
      });
      at = end;
    }
    return parts;
  } finally {
    await file.close();
  }
}
