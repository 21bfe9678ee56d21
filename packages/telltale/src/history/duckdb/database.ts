import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { StorageError } from "../store.ts";
import { isFatal, openError } from "./failure.ts";
import { migrate } from "./schema.ts";

export interface DatabaseOptions {
  readonly path: string;
  /** In DuckDB's words, such as `512MB`; its own default is 80% of the machine. */
  readonly memoryLimit: string;
  readonly threads: number | null;
  /** Size of the write-ahead log that is moved into the file. */
  readonly checkpointBytes: number;
}

/** Two connections, so that a read never waits for a write. */
export interface Connections {
  readonly writer: DuckDBConnection;
  readonly reader: DuckDBConnection;
}

interface Opened extends Connections {
  readonly instance: DuckDBInstance;
}

async function open({ path, memoryLimit, threads }: DatabaseOptions): Promise<Opened> {
  try {
    const instance = await DuckDBInstance.create(path, {
      memory_limit: memoryLimit,
      ...(threads === null ? {} : { threads: String(threads) }),
      // Checkpoints are ours to time (see writer.ts): one that fails within a commit, because the
      // disk is full, invalidates the database for readers too.
      checkpoint_threshold: "1TB",
      autoinstall_known_extensions: "false",
      autoload_known_extensions: "false",
    });
    const writer = await instance.connect();
    await migrate(writer, path);
    return { instance, writer, reader: await instance.connect() };
  } catch (error) {
    throw openError(error, path);
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
  async use<T>(work: (connections: Connections) => Promise<T>): Promise<T> {
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

  close(): void {
    this.#closed = true;
    this.#release();
  }

  #release(): void {
    this.#opened?.writer.closeSync();
    this.#opened?.reader.closeSync();
    this.#opened?.instance.closeSync();
    this.#opened = null;
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
    this.#release();
    this.#opened = await open(this.#options);
  }
}
