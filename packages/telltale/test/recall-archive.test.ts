import { copyFile, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDuckdbStore } from "../src/history/duckdb/store.ts";
import type { HistoryStore } from "../src/history/store.ts";
import { IdFolder } from "../src/ids/folder.ts";
import { Accounts } from "../src/live/accounts/accounts.ts";
import { Seen } from "../src/live/seen.ts";
import { LiveState } from "../src/live/state.ts";
import { Pipeline } from "../src/pipeline.ts";
import { recall } from "../src/recall.ts";
import { request } from "./make.ts";

const T0 = 1_795_417_200_000;
const MINUTE = 60_000;
const pause = () => Promise.resolve();
const fail = (): never => {
  throw new Error("Every file can be read");
};

let folder: string;
let store: HistoryStore;
let seen: Seen;
let now: number;
/** Ids that the history was asked for at the last start. */
let recalled: number;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "telltale-recall-"));
  now = T0;
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true, force: true });
});

const path = (name: string) => join(folder, name);

/** As a project opens, with memory for four ids. */
async function start(): Promise<Pipeline> {
  store = await openDuckdbStore({ path: path("history.duckdb") });
  const archive = new IdFolder({ path: path("ids"), pause, warn: fail, lost: fail });
  seen = new Seen({ archive, most: 4 });
  const accounts = new Accounts();
  recalled = 0;
  const known = recall({
    store: {
      storedIds: async (spans) => {
        const ids = await store.storedIds(spans);
        recalled = ids.reduce((sum, { storedAt }) => sum + storedAt.length, 0);
        return ids;
      },
      remembered: (from) => store.remembered(from),
    },
    archive,
    seen,
    accounts,
    from: now - 24 * 60 * MINUTE,
    pause,
  });
  return new Pipeline({
    store,
    live: new LiveState({ windowSeconds: 300, recent: 100, inFlightPatience: MINUTE }),
    seen,
    accounts,
    known,
    pricing: () => Promise.resolve({ price: () => null }),
    now: () => now,
    maxQueued: 1000,
    maxBatch: 1000,
  });
}

async function stop(): Promise<void> {
  await seen.settle();
  await store.close();
}

/** One a minute, from minute `first` on. */
async function send(pipeline: Pipeline, first: number, count: number): Promise<number> {
  let accepted = 0;
  for (let i = first; i < first + count; i++) {
    const end = T0 + i * MINUTE;
    now = Math.max(now, end);
    accepted += (await pipeline.ingest([request({ id: `r${i}`, created: end - 1000 })])).accepted;
  }
  return accepted;
}

test("[K5] after a restart ids are known from files, and from the history what came after them", async () => {
  let pipeline = await start();
  expect(await send(pipeline, 0, 11)).toBe(11);
  await stop();
  expect(await readdir(path("ids"))).toHaveLength(5);
  pipeline = await start();
  expect(await send(pipeline, 0, 12)).toBe(1);
  // The first and the last of the files, where there may have been more at the same time; and what came after.
  expect(recalled).toBe(3);
  await stop();
  await rm(path("ids"), { recursive: true });
  pipeline = await start();
  expect(await send(pipeline, 0, 12)).toBe(0);
  expect(recalled).toBe(12);
});

test("[H4] beside a backup that was put back, ids of what it lacks are not believed", async () => {
  let pipeline = await start();
  await send(pipeline, 0, 10);
  await store.backup(path("backup.duckdb"));
  await send(pipeline, 10, 10);
  await stop();
  await rm(path("history.duckdb"));
  await rm(path("history.duckdb.wal"), { force: true });
  await copyFile(path("backup.duckdb"), path("history.duckdb"));
  pipeline = await start();
  expect(await send(pipeline, 0, 10)).toBe(0);
  expect(await readdir(path("ids"))).toEqual([]);
  expect(await send(pipeline, 10, 10)).toBe(10);
  await stop();
  pipeline = await start();
  expect(await send(pipeline, 0, 20)).toBe(0);
});
