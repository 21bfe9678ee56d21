import { rm, stat } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import type { Queue } from "../../queue.ts";
import type { Retained, RetainOptions } from "../store.ts";
import { copyDatabase, copyInto } from "./copy.ts";
import type { Database, DatabaseOptions } from "./database.ts";
import { apart, mergedColumns } from "./levels.ts";
import { rollUp, type Stretched, stretched, summedUp } from "./rollup.ts";
import { forgetSearch } from "./search-index.ts";
import { select } from "./select.ts";
import { type Size, sizeOf, takenOf } from "./size.ts";
import type { Writer } from "./writer.ts";

/** A copy of the rest is worth it only when so much of the file is free, besides. */
const COMPACT_SHARE = 0.5;
/** After a size limit was reached the history is cut to this share of it. */
const CUT_TO = 0.9;

/**
 * Looks after the file beside the writer, on a connection of its own: sums up, forgets, compacts,
 * copies. Its methods are called one at a time.
 */
export class Keeper {
  readonly #database: Database;
  readonly #writer: Writer;
  readonly #options: DatabaseOptions;
  readonly #writes: Queue;
  readonly #reads: readonly [Queue, Queue];
  /** The last `seq` when the file was opened. */
  #opened: number;
  readonly #reached = new Map<Stretched["name"], { seq: number; at: number }>();

  constructor(
    database: Database,
    writer: Writer,
    options: DatabaseOptions,
    writes: Queue,
    reads: readonly [Queue, Queue],
  ) {
    this.#database = database;
    this.#writer = writer;
    this.#options = options;
    this.#writes = writes;
    this.#reads = reads;
    this.#opened = writer.committed;
  }

  /** Whether a stretch has grown long enough to be summed up before its time. */
  get grown(): boolean {
    return stretched.some(
      ({ name, everyRows }) =>
        this.#writer.committed - (this.#reached.get(name)?.seq ?? Number.POSITIVE_INFINITY) >=
        everyRows,
    );
  }

  /** Sums up what is due; everything, when `all`. `now` is Unix ms. */
  async rollUp(now: number, all = false): Promise<void> {
    for (const level of stretched) {
      const reached = this.#reached.get(level.name);
      const last = this.#writer.committed;
      const due =
        all ||
        reached === undefined ||
        last - reached.seq >= level.everyRows ||
        (last > reached.seq && now - reached.at >= level.every);
      if (!due) continue;
      const roll = (): Promise<boolean> =>
        this.#writer.alone.run(() =>
          this.#database.use(({ keeper }) => rollUp(keeper, level, last)),
        );
      while (await roll());
      this.#reached.set(level.name, { seq: last, at: now });
    }
  }

  async retain(options: RetainOptions, now: number): Promise<Retained> {
    await this.rollUp(now, true);
    let requests = 0;
    const { storedBefore, rolledBefore, runningBefore, maxBytes } = options;
    await this.#forget("in_progress", "stored_at < $before", runningBefore);
    await this.#forget("joined", "stored_at < $before", runningBefore);
    requests += await this.#forget("requests", "stored_at < $before", storedBefore);
    await this.#forget("rollup_minute", "rolled_at < $before", storedBefore);
    await this.#database.use(({ keeper }) => forgetHours(keeper, rolledBefore));
    await this.#forget("rollup_service", "rolled_at < $before", rolledBefore);
    const size = await this.#size();
    const taken = takenOf(size);
    if (maxBytes !== null && taken > maxBytes)
      requests += await this.#cut((CUT_TO * maxBytes) / taken);
    if (requests > 0) {
      // What is amended changes some of it, too.
      await this.#writer.alone.run(() => this.#database.use(({ keeper }) => forgetSearch(keeper)));
    }
    if (requests > 0 && (await this.#worthCompacting(size, requests))) await this.compact();
    return { requests, bytes: (await stat(this.#options.path)).size };
  }

  /** A consistent copy of everything stored so far, as a file of its own. */
  async backup(file: string): Promise<void> {
    await this.#database.use(({ keeper }) => copyDatabase(keeper, file));
  }

  /**
   * Writes what is kept into a new file and puts that in the place of the old. Most of it is copied
   * beside appends and reads; they wait only while the rest is copied and the file is opened.
   */
  async compact(): Promise<void> {
    const file = `${this.#options.path}.compact`;
    await rm(file, { force: true });
    try {
      const first = this.#writer.committed;
      await this.#database.use(({ keeper }) => copyInto(keeper, file, { upTo: first }));
      await this.#alone(async () => {
        await this.#database.use(({ keeper }) => copyInto(keeper, file, { after: first }));
        await this.#database.replace(file);
      });
    } finally {
      await rm(file, { force: true });
      await rm(`${file}.wal`, { force: true });
    }
  }

  /** Opens the file anew after so many rows; appends and reads wait for some hundred milliseconds. */
  async renew(): Promise<void> {
    if (this.#writer.committed - this.#opened < this.#options.renewRows) return;
    await this.#alone(async () => {
      await this.#writer.checkpoint();
      await this.#database.renew();
    });
  }

  /** While no one else uses the file, which is open anew afterwards. */
  async #alone(work: () => Promise<void>): Promise<void> {
    const [lookups, reads] = this.#reads;
    await this.#writes.run(() => lookups.run(() => reads.run(work)));
    this.#opened = this.#writer.committed;
  }

  async #forget(table: string, condition: string, before: number | null): Promise<number> {
    if (before === null) return 0;
    return this.#database.use(async ({ keeper }) => {
      const rolled = await summedUp(keeper);
      const safe = table === "requests" ? `AND seq <= ${rolled}` : "";
      const found = await select(keeper, `DELETE FROM ${table} WHERE ${condition} ${safe}`, {
        before,
      });
      return Number(found.cell("Count", 0) ?? 0);
    });
  }

  /** Deletes the oldest requests until about `share` of them remain. */
  async #cut(share: number): Promise<number> {
    return this.#database.use(async ({ keeper }) => {
      const rolled = await summedUp(keeper);
      const found = await select(
        keeper,
        `DELETE FROM requests WHERE seq <= ${rolled} AND seq <= (
           SELECT quantile_disc(seq, $gone) FROM requests)`,
        { gone: 1 - share },
      );
      return Number(found.cell("Count", 0) ?? 0);
    });
  }

  /**
   * Deleted rows free their space only together with all others of their row group: what a new file
   * would take is what was used `before`, less the share of the deleted.
   */
  async #worthCompacting(before: Size, deleted: number): Promise<boolean> {
    const { blockSize, used, free } = await this.#size();
    const rest = await this.#database.use(({ keeper }) =>
      select(keeper, "SELECT count(*) AS rows FROM requests", {}),
    );
    const rows = Number(rest.cell("rows", 0));
    const needed = Math.min(used, (before.used * rows) / (rows + deleted));
    const gain = (used + free - needed) * blockSize;
    return gain > this.#options.compactBytes && gain > COMPACT_SHARE * (used + free) * blockSize;
  }

  /** What the file takes; a checkpoint makes what was deleted count as free. */
  async #size(): Promise<Size> {
    await this.#writes.run(() => this.#writer.checkpoint()).catch(() => undefined);
    return this.#database.use(({ keeper }) => sizeOf(keeper, this.#options.path));
  }
}

/** Hours that are kept no longer live on in the totals. */
async function forgetHours(connection: DuckDBConnection, before: number | null): Promise<void> {
  if (before === null) return;
  const old = "FROM rollup_hour WHERE rolled_at < $1";
  const some = await connection.runAndReadAll(`SELECT 1 ${old} LIMIT 1`, [before]);
  if (some.currentRowCount === 0) return;
  const group = "model, provider, status";
  await connection.run("BEGIN");
  try {
    await connection.run(
      `CREATE OR REPLACE TEMP TABLE remembered AS SELECT ${group}, ${mergedColumns} FROM (
         SELECT * EXCLUDE (${apart}) ${old}
         UNION ALL BY NAME FROM forgotten) GROUP BY ${group}`,
      [before],
    );
    await connection.run("DELETE FROM forgotten");
    await connection.run("INSERT INTO forgotten BY NAME FROM remembered");
    await connection.run("DROP TABLE remembered");
    await connection.run(`DELETE ${old}`, [before]);
    await connection.run("COMMIT");
  } catch (error) {
    await connection.run("ROLLBACK").catch(() => undefined);
    throw error;
  }
}
