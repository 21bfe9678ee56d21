import { mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname, resolve } from "node:path";
import { isFinished, type RequestEvent } from "../../event.ts";
import {
  type Amendment,
  type HistoryStore,
  type Kept,
  type KnownIds,
  type Remembered,
  type RequestFilter,
  type RequestOrder,
  type RequestPage,
  type Restored,
  type RestoreOptions,
  type Retained,
  type RetainOptions,
  type SeriesLine,
  type SeriesQuery,
  type Span,
  StorageError,
  type StoredJoin,
} from "../store.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { Engine } from "./engine.ts";
import { openError } from "./failure.ts";
import { decodeLines } from "./lines.ts";
import { memoryOf, pack } from "./packed.ts";
import { Readings } from "./readings.ts";
import { decodeRemembered } from "./remember.ts";
import { decodeRestored } from "./restore.ts";
import { decode, decodeInTurns } from "./row.ts";

export interface DuckdbStoreOptions {
  /** File of the database; its directory is made when it is missing. */
  readonly path: string;
  /** Most memory the engine takes, in DuckDB's words; it spills to disk beyond. */
  readonly memoryLimit?: string | undefined;
  /**
   * Threads for one query. Unless given, a core less than there are, which is left for commits; of two
   * cores both: a query that takes half as long stands in the way of commits for half as long.
   */
  readonly threads?: number | undefined;
  /**
   * About how long the write-ahead log gets before it is moved into the file: a quarter of it to
   * three times. A longer one is slower to start from; a shorter one interrupts appends more often.
   */
  readonly checkpointBytes?: number | undefined;
  /** A damaged log: fail, or go on with what is before the damage; a copy of the log is kept. */
  readonly damagedLog?: "refuse" | "cut" | undefined;
  /** Free space within the file that is worth writing the rest into a new one. */
  readonly compactBytes?: number | undefined;
  /** Rows after which the file is opened anew, for the memory that the engine holds. */
  readonly renewRows?: number | undefined;
  /** Rows that a page looks through before it asks where else requests may be that pass. */
  readonly nearRows?: number | undefined;
}

/** Locks are per process: within one, two engines on one file would not notice each other. */
const openPaths = new Set<string>();

class DuckdbStore extends Readings implements HistoryStore {
  readonly #release: () => void;
  #closing: Promise<void> | null = null;

  constructor(engine: Engine, release: () => void) {
    super(engine);
    this.#release = release;
  }

  async append(
    events: readonly RequestEvent[],
    storedAt: number,
    amendments: readonly Amendment[] = [],
    joins: readonly StoredJoin[] = [],
  ): Promise<void> {
    const finished = events.filter(isFinished);
    const ended = new Set(finished.map(({ id }) => id));
    const running = new Map(events.filter(({ id }) => !ended.has(id)).map((e) => [e.id, e]));
    const rows = {
      finished: pack(finished),
      running: pack([...running.values()]),
      amended: pack(amendments.map(({ after }) => after)),
    };
    await this.engine.ask(
      { kind: "append", batch: { ...rows, joined: joins, storedAt } },
      Object.values(rows).flatMap(memoryOf),
    );
  }

  async restore(options: RestoreOptions): Promise<Restored> {
    return decodeRestored((await this.engine.ask({ kind: "restore", options })).restored);
  }

  async storedIds(spans: readonly Span[]): Promise<readonly KnownIds[]> {
    return (await this.engine.ask({ kind: "storedIds", spans })).ids;
  }

  async remembered(from: number): Promise<Remembered> {
    return decodeRemembered((await this.engine.ask({ kind: "remembered", from })).remembered);
  }

  async requests(
    filter: RequestFilter,
    limit: number,
    cursor?: string,
    order: RequestOrder = "newest",
  ): Promise<RequestPage> {
    if (!Number.isInteger(limit) || limit < 1) {
      throw new RangeError(`A page has a whole number of rows, at least 1, not ${limit}`);
    }
    const after = cursor === undefined ? null : decodeCursor(cursor);
    const { rows, next } = await this.engine.ask({
      kind: "requests",
      page: { filter, limit, after, order },
    });
    const found = await decodeInTurns(rows);
    return { requests: found, nextCursor: next === null ? null : encodeCursor(next) };
  }

  async count(filter: RequestFilter): Promise<number> {
    return (await this.engine.ask({ kind: "count", filter })).count;
  }

  async request(id: string): Promise<RequestEvent | null> {
    return decode((await this.engine.ask({ kind: "request", id })).rows)[0] ?? null;
  }

  async series(query: SeriesQuery): Promise<readonly SeriesLine[]> {
    if (!(query.step > 0)) throw new RangeError(`A step is longer than 0 ms, not ${query.step}`);
    return decodeLines((await this.engine.ask({ kind: "series", query })).lines);
  }

  async rollUp(): Promise<void> {
    await this.engine.ask({ kind: "rollUp" });
  }

  async retain(options: RetainOptions): Promise<Retained> {
    return (await this.engine.ask({ kind: "retain", options })).retained;
  }

  async kept(): Promise<Kept> {
    return (await this.engine.ask({ kind: "kept" })).kept;
  }

  async backup(file: string): Promise<void> {
    await mkdir(dirname(resolve(file)), { recursive: true });
    await this.engine.ask({ kind: "backup", file: resolve(file) });
  }

  close(): Promise<void> {
    this.#closing ??= this.engine.close().finally(this.#release);
    return this.#closing;
  }
}

/**
 * Opens the embedded history: one DuckDB file, run by a worker thread so that no query and no
 * checkpoint holds up the event loop.
 *
 * @throws {StorageError} when the file is in use, newer than this version, or not ours.
 */
export async function openDuckdbStore({
  path,
  memoryLimit = "512MB",
  threads,
  checkpointBytes = 16 * 1024 * 1024,
  compactBytes = 64 * 1024 * 1024,
  renewRows = 10_000_000,
  nearRows = 200_000,
  damagedLog = "refuse",
}: DuckdbStoreOptions): Promise<HistoryStore> {
  if (!/^\d+(\.\d+)?\s?([KMGT]i?)?B$/i.test(memoryLimit)) {
    throw new StorageError(`"${memoryLimit}" is not a memory limit; one is written like 512MB`);
  }
  const file = resolve(path);
  if (openPaths.has(file)) throw new StorageError(`${file} is already open in this process`);
  openPaths.add(file);
  const release = (): void => {
    openPaths.delete(file);
  };
  try {
    await mkdir(dirname(file), { recursive: true });
    const engine = await Engine.start({
      path: file,
      memoryLimit,
      threads: threads ?? Math.max(Math.min(2, availableParallelism()), availableParallelism() - 1),
      checkpointBytes,
      compactBytes,
      renewRows,
      nearRows,
      damagedLog,
    });
    return new DuckdbStore(engine, release);
  } catch (error) {
    release();
    throw openError(error, file);
  }
}
