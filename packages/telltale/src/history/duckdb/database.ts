import { rename, stat } from "node:fs/promises";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { StorageError } from "../store.ts";
import { cutLog, damageOf, UntoldDamageError } from "./damaged-log.ts";
import { MOST_SPOTS } from "./events-at.ts";
import { isFatal, isLocked, openError } from "./failure.ts";
import { untoldDamage } from "./log-entries.ts";
import { RollbackJournal, removeJournal } from "./rollback-journal.ts";
import { migrate } from "./schema.ts";

export interface DatabaseOptions {
  readonly path: string;
  /** In DuckDB's words, such as `512MB`; its own default is 80% of the machine. */
  readonly memoryLimit: string;
  readonly threads: number;
  /** Size of the write-ahead log that is moved into the file. */
  readonly checkpointBytes: number;
  /** Free space within the file that is worth writing the rest into a new one. */
  readonly compactBytes: number;
  /** Rows after which the file is opened anew. */
  readonly renewRows: number;
  /** Rows that a page looks through before it asks where else requests may be that pass. */
  readonly nearRows: number;
  /** A damaged log: fail, or go on with what is before the damage; a copy of the log is kept. */
  readonly damagedLog: "refuse" | "cut";
}

/**
 * A connection each, so that a read never waits for a write, nor either for housekeeping. What a
 * commit asks of the history before it can be made is looked up beside the reads of others.
 */
export interface Connections {
  readonly writer: DuckDBConnection;
  readonly lookup: DuckDBConnection;
  readonly reader: DuckDBConnection;
  readonly keeper: DuckDBConnection;
}

interface Opened extends Connections {
  readonly instance: DuckDBInstance;
  readonly journal: RollbackJournal;
}

async function create({ path, memoryLimit, threads }: DatabaseOptions): Promise<DuckDBInstance> {
  const instance = await DuckDBInstance.create(path, {
    memory_limit: memoryLimit,
    threads: String(threads),
    // Checkpoints are ours to time (see writer.ts): one that fails within a commit, because the
    // disk is full, invalidates the database for readers too.
    checkpoint_threshold: "1TB",
    // So many rows are looked up by their numbers each; more, only by the least and the largest.
    dynamic_or_filter_threshold: String(MOST_SPOTS),
    autoinstall_known_extensions: "false",
    autoload_known_extensions: "false",
  });
  const connection = await instance.connect();
  // Nor when it is closed: nothing would have been put aside.
  await connection.run("PRAGMA disable_checkpoint_on_shutdown");
  connection.closeSync();
  return instance;
}

/** The file as the last checkpoint that came to its end left it, with its log. */
async function createWhole(
  options: DatabaseOptions,
): Promise<{ instance: DuckDBInstance; journal: RollbackJournal }> {
  // Opened before DuckDB locks the file, or after it has made it.
  const existing = await RollbackJournal.of(options.path);
  try {
    // Whoever else uses the file has it locked, which is told before it is read.
    const instance = await create(options).catch(async (error: unknown) => {
      if (isLocked(error) || !(await existing?.putBack())) throw error;
      return create(options);
    });
    if (existing === null) {
      const journal = await RollbackJournal.of(options.path);
      if (journal === null) throw new StorageError(`${options.path} was removed`);
      return { instance, journal };
    }
    if (!(await existing.putBack())) return { instance, journal: existing };
    instance.closeSync();
    return { instance: await create(options), journal: existing };
  } catch (error) {
    await existing?.close();
    throw error;
  }
}

async function open(options: DatabaseOptions): Promise<Opened> {
  const { path, damagedLog } = options;
  try {
    const untold = await untoldDamage(`${path}.wal`);
    if (untold !== null) throw new UntoldDamageError(untold);
    const { instance, journal } = await createWhole(options);
    try {
      const writer = await instance.connect();
      await migrate(writer, path);
      const [lookup, reader] = [await instance.connect(), await instance.connect()];
      return { instance, journal, writer, lookup, reader, keeper: await instance.connect() };
    } catch (error) {
      instance.closeSync();
      await journal.close();
      throw error;
    }
  } catch (error) {
    const damage = damageOf(error);
    if (damage === null || damagedLog === "refuse") throw openError(error, path);
    await cutLog(path, damage);
    return open({ ...options, damagedLog: "refuse" });
  }
}

/** The open file; opened anew when DuckDB has given it up. */
export class Database {
  readonly #options: DatabaseOptions;
  readonly #active = new Set<Promise<unknown>>();
  #opened: Opened | null;
  #recovery: Promise<void> | null = null;
  #closed = false;

  private constructor(options: DatabaseOptions, opened: Opened) {
    this.#options = options;
    this.#opened = opened;
  }

  static async open(options: DatabaseOptions): Promise<Database> {
    return new Database(options, await open(options));
  }

  /** Runs `work`; when it fails fatally, the file is open again before the error is thrown. */
  use<T>(work: (connections: Connections) => Promise<T>): Promise<T> {
    return this.#use(work);
  }

  async #use<T>(work: (opened: Opened) => Promise<T>): Promise<T> {
    await this.#recovery;
    if (this.#closed) throw new StorageError("The history is closed");
    if (this.#opened === null) await this.#recover();
    if (this.#opened === null) throw new StorageError("The history could not be opened again");
    const running = work(this.#opened);
    this.#active.add(running);
    try {
      return await running;
    } catch (error) {
      if (isFatal(error)) await this.#recover();
      throw error;
    } finally {
      this.#active.delete(running);
    }
  }

  /** Moves the log into the file. */
  async checkpoint(): Promise<void> {
    await this.#use(async (opened) => {
      await opened.journal.save(opened.writer);
      await opened.writer.run("CHECKPOINT");
    });
  }

  /**
   * Opens the file anew, which nothing may be using: what the engine remembers of all that it has written
   * since, and of what it has read, does not grow for as long as the process lives.
   */
  async renew(): Promise<void> {
    await this.#recover();
  }

  /** Puts `file` in the place of the open one, which nothing may be using. */
  async replace(file: string): Promise<void> {
    const { path } = this.#options;
    // The log belongs to the old file. With anything left in it, the new one must not take its place.
    await this.checkpoint();
    this.#recovery ??= (async (): Promise<void> => {
      await Promise.allSettled(this.#active);
      await this.#release();
      const left = await stat(`${path}.wal`).catch(() => null);
      if (left === null || left.size === 0) {
        await removeJournal(path);
        await rename(file, path);
      }
      this.#opened = await open(this.#options);
    })().finally(() => {
      this.#recovery = null;
    });
    await this.#recovery;
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#release();
    await removeJournal(this.#options.path);
  }

  async #release(): Promise<void> {
    const opened = this.#opened;
    this.#opened = null;
    if (opened === null) return;
    const { instance, journal, writer, lookup, reader, keeper } = opened;
    for (const connection of [writer, lookup, reader, keeper]) connection.closeSync();
    instance.closeSync();
    await journal.close();
  }

  #recover(): Promise<void> {
    this.#recovery ??= this.#reopen().finally(() => {
      this.#recovery = null;
    });
    return this.#recovery;
  }

  async #reopen(): Promise<void> {
    // A connection must not be closed under a statement that runs on it.
    await Promise.allSettled(this.#active);
    await this.#release();
    this.#opened = await open(this.#options);
  }
}
