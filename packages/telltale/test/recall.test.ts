import { expect, test } from "vitest";
import type { KnownIds, Remembered } from "../src/history/store.ts";
import { IdFolder } from "../src/ids/folder.ts";
import { Accounts } from "../src/live/accounts/accounts.ts";
import { Seen } from "../src/live/seen.ts";
import { LiveState } from "../src/live/state.ts";
import { Pipeline } from "../src/pipeline.ts";
import { recall } from "../src/recall.ts";
import { knownIds } from "./known-ids.ts";
import { request } from "./make.ts";
import { MemoryStore } from "./memory-store.ts";

const T0 = 1_795_417_200_000;
const pause = () => Promise.resolve();
const fail = (): never => {
  throw new Error("There is nothing to be read");
};

/** A pipeline right after a restart, before the history has told what it knows. */
function restarted(known: () => Promise<KnownIds>) {
  const store = new MemoryStore();
  const seen = new Seen();
  const accounts = new Accounts();
  const pipeline = new Pipeline({
    store,
    live: new LiveState({ windowSeconds: 300, recent: 100, inFlightPatience: 60_000 }),
    seen,
    accounts,
    known: recall({
      store: {
        storedIds: async () => [await known()],
        remembered: () => Promise.resolve(remembered),
      },
      archive: new IdFolder({ path: "missing", pause, warn: fail, lost: fail }),
      seen,
      accounts,
      from: T0,
      pause,
    }),
    pricing: () => Promise.resolve({ price: () => null }),
    now: () => T0,
    maxQueued: 100,
    maxBatch: 100,
  });
  return { store, pipeline };
}

const told = knownIds([{ id: "before", storedAt: T0 - 1000 }]);
const remembered: Remembered = {
  accounts: Array.from({ length: 1200 }, (_, i) => ({
    ...request({ id: i === 0 ? "before" : `a${i}`, source: "otlp", responseId: `chatcmpl-${i}` }),
    storedAt: T0 - 1000,
  })),
  joins: [],
};

test("what comes while the history still tells what it knows is judged afterwards, by all of it", async () => {
  let tell = (_: KnownIds): void => undefined;
  const telling = new Promise<KnownIds>((resolve) => {
    tell = resolve;
  });
  const { store, pipeline } = restarted(() => telling);
  const known = { ...request(), responseId: "chatcmpl-1100", source: "proxy" as const };
  const answers = [
    pipeline.ingest([request({ id: "before" })]),
    pipeline.ingest([request({ id: "new", responseId: null })]),
    pipeline.ingest([known]),
  ];
  await new Promise((resolve) => setImmediate(resolve));
  expect([store.events, pipeline.queued]).toEqual([[], 3]);
  tell(told);
  expect((await Promise.all(answers)).map(({ accepted }) => accepted)).toEqual([0, 1, 0]);
  expect(store.events.map(({ id }) => id)).toEqual(["new"]);
  expect(store.joins.map(({ account }) => account)).toEqual(["a1100"]);
});

test("without what it knows nothing is taken, and it is asked again", async () => {
  let asked = 0;
  const { store, pipeline } = restarted(() => {
    asked++;
    return asked === 1 ? Promise.reject(new Error("busy")) : Promise.resolve(told);
  });
  await expect(pipeline.ingest([request()])).rejects.toThrow("busy");
  expect((await pipeline.ingest([request({ id: "before" })])).duplicates).toBe(1);
  expect([asked, store.events]).toEqual([2, []]);
});

test("a report that comes while it can not be told is refused, not lost without a word", async () => {
  const { store, pipeline } = restarted(() => Promise.reject(new Error("busy")));
  await expect(pipeline.ingest([request()])).rejects.toThrow("busy");
  expect([store.events, pipeline.queued]).toEqual([[], 0]);
});
