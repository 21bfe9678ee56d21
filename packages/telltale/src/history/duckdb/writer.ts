import { stat, statfs } from "node:fs/promises";
import { dirname } from "node:path";
import { type DuckDBConnection, listValue } from "@duckdb/node-api";
import { Queue } from "../../queue.ts";
import type { StoredJoin } from "../store.ts";
import { appendJoins } from "./accounts.ts";
import { amend } from "./amend.ts";
import { appendRows } from "./append-rows.ts";
import type { Database, DatabaseOptions } from "./database.ts";
import { idsOf, type Packed } from "./packed.ts";

/** Rows of one batch: finished requests, and the newest state of running ones. */
export interface Batch {
  readonly finished: Packed;
  readonly running: Packed;
  /** What stored requests have become. */
  readonly amended: Packed;
  readonly joined: readonly StoredJoin[];
  /** Unix ms. */
  readonly storedAt: number;
}

/** Requests that were stored longer ago (ms) are not amended: the pipeline does not know them any more. */
const AMENDABLE = 26 * 3_600_000;

/**
 * Rows that the engine compresses together at most. After a checkpoint it begins new ones, and later
 * checkpoints compress small ones anew, to make fewer of them.
 */
const ROW_GROUP = 122_880;
/** Time after which a row group that fills slowly is waited for no longer, ms. */
const PATIENCE = 30_000;
/** Times the usual length that the log may have while a row group fills. */
const LONGEST = 3;

/** The only one that writes. Its methods are called one at a time. */
export class Writer {
  /** What is amended must not be summed up meanwhile. */
  readonly alone: Queue = new Queue();
  readonly #database: Database;
  readonly #options: DatabaseOptions;
  /** Ids in `in_progress`, so that a batch that finishes none of them deletes nothing. */
  #running = new Set<string>();
  #seq = 0;
  #tidied = performance.now();
  /** Rows of `requests` since the last checkpoint, and those of the last batch among them. */
  #fresh = 0;
  #newest = 0;
  #committed = 0;

  private constructor(database: Database, options: DatabaseOptions) {
    this.#database = database;
    this.#options = options;
  }

  static async create(database: Database, options: DatabaseOptions): Promise<Writer> {
    const writer = new Writer(database, options);
    await database.use(async ({ writer: connection }) => {
      const last = await connection.runAndReadAll(
        "SELECT coalesce(max(seq), 0)::DOUBLE FROM (SELECT seq FROM requests UNION ALL SELECT seq FROM in_progress UNION ALL SELECT seq FROM rolled)",
      );
      writer.#seq = Number(last.getRows()[0]?.[0] ?? 0);
      writer.#committed = writer.#seq;
      const running = await connection.runAndReadAll("SELECT id FROM in_progress");
      writer.#running = new Set(running.getRows().map(([id]) => String(id)));
    });
    return writer;
  }

  /** The last `seq` up to which every row is either acknowledged or gone for good. */
  get committed(): number {
    return this.#committed;
  }

  /** Resolves once DuckDB has committed, which includes an fsync of its log. */
  async append(batch: Batch): Promise<void> {
    const finished = this.#running.size === 0 ? [] : idsOf(batch.finished);
    const started = idsOf(batch.running);
    const firstSeq = this.#seq + 1;
    // A failed batch leaves a hole: a number is never used twice.
    this.#seq += batch.finished.length + batch.running.length;
    const lastSeq = this.#seq;
    const replaced = [...finished, ...started].filter((id) => this.#running.has(id));
    const store = (): Promise<void> =>
      this.#database.use(({ writer }) => commit(writer, batch, firstSeq, replaced));
    try {
      await (batch.amended.length === 0 ? store() : this.alone.run(store));
    } catch (error) {
      await this.#takeBack(firstSeq);
      throw error;
    }
    this.#committed = lastSeq;
    this.#newest = batch.finished.length;
    this.#fresh += this.#newest;
    for (const id of finished) this.#running.delete(id);
    for (const id of started) this.#running.add(id);
  }

  /**
   * Moves the log into the file when it has grown and the disk has room for that. Commits wait
   * meanwhile, the shorter the less of what is in the file already is compressed again: best when
   * the next batch would not fit into the row group any more.
   */
  async tidy(): Promise<void> {
    const { path, checkpointBytes } = this.#options;
    const log = await stat(`${path}.wal`).catch(() => null);
    if (log === null || !this.#isDue(log.size, checkpointBytes)) return;
    this.#tidied = performance.now();
    const disk = await statfs(dirname(path));
    if (disk.bavail * disk.bsize > 2 * log.size) await this.checkpoint();
  }

  #isDue(log: number, usual: number): boolean {
    if (log < usual / 4) return false;
    const since = performance.now() - this.#tidied;
    const full = (this.#fresh % ROW_GROUP) + this.#newest > ROW_GROUP;
    return full || since > PATIENCE || log >= LONGEST * usual;
  }

  async checkpoint(): Promise<void> {
    await this.#database.checkpoint();
    this.#fresh = 0;
  }

  /** A commit that failed fatally may have reached the log all the same; its caller was told no. */
  async #takeBack(firstSeq: number): Promise<void> {
    await this.#database
      .use(async ({ writer }) => {
        for (const table of ["requests", "in_progress"]) {
          await writer.run(`DELETE FROM ${table} WHERE seq >= $1`, [BigInt(firstSeq)]);
        }
      })
      .catch(() => undefined);
  }
}

async function commit(
  connection: DuckDBConnection,
  { finished, running, amended, joined, storedAt }: Batch,
  firstSeq: number,
  replaced: readonly string[],
): Promise<void> {
  await connection.run("BEGIN");
  try {
    if (replaced.length > 0) {
      await connection.run("DELETE FROM in_progress WHERE id IN (SELECT unnest($1))", [
        listValue(replaced),
      ]);
    }
    await appendRows(connection, "requests", finished, firstSeq, storedAt);
    await appendRows(connection, "in_progress", running, firstSeq + finished.length, storedAt);
    await amend(connection, amended, storedAt - AMENDABLE);
    await appendJoins(connection, joined, storedAt - AMENDABLE);
    await connection.run("COMMIT");
  } catch (error) {
    // After a failed COMMIT there is nothing left to roll back, and DuckDB says so.
    await connection.run("ROLLBACK").catch(() => undefined);
    throw error;
  }
}
