import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { copyFile, mkdtemp, open, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import { DuckDBInstance } from "@duckdb/node-api";
import { requestEvent } from "@telltale/testkit/request-event";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Database, type DatabaseOptions } from "../src/history/duckdb/database.ts";
import { Engine } from "../src/history/duckdb/engine.ts";
import { isFatal, openError, storageError } from "../src/history/duckdb/failure.ts";
import { pack } from "../src/history/duckdb/packed.ts";
import { RollbackJournal } from "../src/history/duckdb/rollback-journal.ts";
import { select } from "../src/history/duckdb/select.ts";
import { openDuckdbStore } from "../src/history/duckdb/store.ts";
import { Writer } from "../src/history/duckdb/writer.ts";
import type { HistoryStore } from "../src/history/store.ts";

const now = Date.UTC(2026, 0, 1);

let directory: string;
let path: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "telltale-history-"));
  path = join(directory, "history.duckdb");
});
afterEach(() => rm(directory, { recursive: true }));

const batch = (name: string) =>
  Array.from({ length: 100 }, (_, i) => requestEvent({ id: `${name}-${i}` }));

const options = (): DatabaseOptions => ({
  path,
  memoryLimit: "512MB",
  threads: 2,
  checkpointBytes: 1e9,
  compactBytes: 1e9,
  renewRows: Number.POSITIVE_INFINITY,
  nearRows: 1000,
  damagedLog: "refuse",
});

/** A hundred requests, by the writer itself. */
function write(writer: Writer, name: string): Promise<void> {
  const none = pack([]);
  const finished = pack(batch(name));
  return writer.append({ finished, running: none, amended: none, joined: [], storedAt: now });
}

async function count(store: HistoryStore): Promise<number> {
  const { totals } = await store.restore({
    windowFrom: now * 2,
    costsFrom: now * 2,
    recent: 0,
  });
  return totals.reduce((sum, { requests }) => sum + requests, 0);
}

describe("opening", () => {
  test("[H7] a file of a newer Telltale is refused and left alone", async () => {
    await (await openDuckdbStore({ path })).close();
    const instance = await DuckDBInstance.create(path);
    const connection = await instance.connect();
    await connection.run("UPDATE meta SET value = '99'");
    connection.closeSync();
    instance.closeSync();
    const opened = openDuckdbStore({ path });
    await expect(opened).rejects.toMatchObject({ name: "StorageError" });
    await expect(opened).rejects.toThrow(
      /written by a newer Telltale .*version 99.*Update Telltale/,
    );
  });

  test("a file that is no database is refused by name and left alone", async () => {
    await writeFile(path, "not a database ".repeat(1000));
    await expect(openDuckdbStore({ path })).rejects.toThrow(`${path} cannot be read as a history`);
    expect((await stat(path)).size).toBe(15_000);
  });

  test("a path that cannot be made is refused by name", async () => {
    await writeFile(join(directory, "file"), "");
    const below = join(directory, "file", "history.duckdb");
    await expect(openDuckdbStore({ path: below })).rejects.toMatchObject({ name: "StorageError" });
    await expect(openDuckdbStore({ path: below })).rejects.toThrow(below);
  });

  test("the same file twice in one process is refused until it is closed", async () => {
    const store = await openDuckdbStore({ path });
    await expect(openDuckdbStore({ path })).rejects.toThrow("already open in this process");
    await store.close();
    await (await openDuckdbStore({ path })).close();
  });
});

test("a worker that dies fails what was asked and whatever is asked later, and nothing hangs", async () => {
  // Opens, and dies of the second question.
  const script = `const { parentPort } = require("node:worker_threads");
    parentPort.postMessage({ call: 0, answer: { kind: "open" } });
    parentPort.on("message", ({ call }) => { if (call === 2) process.exit(1); });`;
  const engine = await Engine.start(options(), new Worker(script, { eval: true }));
  const count = () => engine.ask({ kind: "count", filter: {} });
  const gone = { name: "StorageError", message: "The history's worker ended (1)" };
  const asked = await Promise.allSettled([count(), count(), count()]);
  for (const outcome of asked) expect(outcome).toMatchObject({ status: "rejected", reason: gone });
  await expect(count()).rejects.toMatchObject(gone);
  await engine.close();
});

test("a full disk is told apart from other failures", () => {
  const full = new Error("Failed to commit: Could not write file: No space left on device");
  expect(storageError(full).name).toBe("StorageFullError");
  expect(openError(full, path).name).toBe("StorageFullError");
  expect(storageError(new Error("Permission denied")).name).toBe("StorageError");
});

function mountTmpfs(at: string): boolean {
  try {
    mkdirSync(at);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=24m", "tmpfs", at], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

describe("on a full disk", { timeout: 60_000 }, () => {
  let disk: string;
  let mounted = false;
  beforeEach(() => {
    disk = join(directory, "disk");
    mounted = mountTmpfs(disk);
    path = join(disk, "history.duckdb");
  });
  afterEach(() => {
    if (mounted) execFileSync("umount", [disk]);
  });

  test("[K4] appends fail as full, reads and restarts go on, and room brings appends back", async ({
    skip,
  }) => {
    if (!mounted) skip("mounting a small disk needs root");
    let store = await openDuckdbStore({ path });
    const ballast = join(disk, "ballast");
    await writeFile(ballast, Buffer.alloc(18_000_000));
    let stored = 0;
    const fill = async (): Promise<unknown> => {
      for (let i = 0; ; i++) {
        try {
          await store.append(batch(`${stored}-${i}`), now);
          stored += 100;
        } catch (error) {
          return error;
        }
      }
    };
    expect(await fill()).toMatchObject({ name: "StorageFullError" });
    expect(stored).toBeGreaterThan(0);
    expect(await fill()).toMatchObject({ name: "StorageFullError" });
    expect(await count(store)).toBe(stored);

    await store.close();
    store = await openDuckdbStore({ path });
    expect(await count(store)).toBe(stored);
    expect((await store.requests({}, 10)).requests).toHaveLength(10);

    await rm(ballast);
    await store.append(batch("after"), now);
    expect(await count(store)).toBe(stored + 100);
    await store.close();
  });

  test("a checkpoint that fails makes DuckDB give up; the file is opened again and nothing is lost", async ({
    skip,
  }) => {
    if (!mounted) skip("mounting a small disk needs root");
    const database = await Database.open(options());
    const writer = await Writer.create(database, options());
    await write(writer, "a");
    // What is put aside has its place from now on.
    await writer.checkpoint();
    await write(writer, "b");
    await writeFile(join(disk, "ballast"), Buffer.alloc(30_000_000)).catch(() => undefined);

    const failure = await writer.checkpoint().catch((error: unknown) => error);
    expect(isFatal(failure)).toBe(true);
    const counted = await database.use(({ reader }) =>
      select(reader, "SELECT count(*) AS rows FROM requests", {}),
    );
    expect(counted.cell("rows", 0)).toBe(200);

    await rm(join(disk, "ballast"));
    await write(writer, "c");
    await writer.checkpoint();
    await database.close();
    const store = await openDuckdbStore({ path });
    expect(await count(store)).toBe(300);
    await store.close();
  });

  test("a disk without room to put aside what a checkpoint writes over fails the checkpoint alone", async ({
    skip,
  }) => {
    if (!mounted) skip("mounting a small disk needs root");
    const database = await Database.open(options());
    const writer = await Writer.create(database, options());
    await writeFile(join(disk, "ballast"), Buffer.alloc(30_000_000)).catch(() => undefined);
    const failure = await writer.checkpoint().catch((error: unknown) => error);
    expect(storageError(failure).name).toBe("StorageFullError");
    expect(isFatal(failure)).toBe(false);
    await database.close();
  });

  test("closing on a full disk loses nothing", async ({ skip }) => {
    if (!mounted) skip("mounting a small disk needs root");
    const store = await openDuckdbStore({ path });
    await store.append(batch("a"), now);
    await writeFile(join(disk, "ballast"), Buffer.alloc(30_000_000)).catch(() => undefined);
    await store.close();
    const again = await openDuckdbStore({ path });
    expect(await count(again)).toBe(100);
    await again.close();
  });
});

test("[H5] metadata that a power cut tore within a checkpoint is put back, unless that was made", {
  timeout: 60_000,
}, async () => {
  const database = await Database.open(options());
  const writer = await Writer.create(database, options());
  await write(writer, "a");
  await writer.checkpoint();
  await write(writer, "b");
  const journal = await RollbackJournal.of(path);
  if (journal === null) throw new Error("There is no database");
  const [blocks] = await database.use(async ({ keeper }) => {
    await journal.save(keeper);
    const found = await select(keeper, "SELECT block_id FROM pragma_metadata_info()", {});
    return [Array.from({ length: found.length }, (_, row) => Number(found.cell("block_id", row)))];
  });
  const copyTo = async (name: string, suffixes: readonly string[]): Promise<string> => {
    const copy = join(directory, name);
    for (const suffix of suffixes) await copyFile(path + suffix, copy + suffix);
    return copy;
  };
  const torn = await copyTo("torn.duckdb", ["", ".wal", ".rollback"]);
  const lost = await copyTo("lost.duckdb", ["", ".wal"]);
  for (const copy of [torn, lost]) {
    const file = await open(copy, "r+");
    const half = Buffer.alloc(100_000);
    for (const block of blocks ?? []) {
      await file.write(half, 0, half.length, 3 * 4096 + block * 262_144 + 131_072);
    }
    await file.close();
  }
  await expect(openDuckdbStore({ path: lost })).rejects.toThrow(/Corrupt database file/);
  const store = await openDuckdbStore({ path: torn });
  expect(await count(store)).toBe(200);
  await store.append(batch("c"), now);
  await store.close();

  expect(await journal.putBack()).toBe(false);
  await database.use(({ writer: connection }) => connection.run("CHECKPOINT"));
  const saved = await readFile(path);
  expect(await journal.putBack()).toBe(false);
  expect(saved.equals(await readFile(path))).toBe(true);
  await journal.close();
  await database.close();
  const again = await openDuckdbStore({ path: torn });
  expect(await count(again)).toBe(300);
  await again.close();
});

test("memory and threads are what was asked for", async () => {
  const store = await openDuckdbStore({ path, memoryLimit: "64MB", threads: 1 });
  await store.append(batch("a"), now);
  expect(await count(store)).toBe(100);
  await store.close();
  await expect(openDuckdbStore({ path, memoryLimit: "lots" })).rejects.toThrow(
    '"lots" is not a memory limit',
  );
});
