import type { ErrorUpdate } from "@telltale/protocol";
import { beforeEach, describe, expect, test } from "vitest";
import type { RequestEvent } from "../src/event.ts";
import { StorageFullError } from "../src/history/store.ts";
import { OverloadedError } from "../src/intake.ts";
import { Accounts } from "../src/live/accounts/accounts.ts";
import { Seen } from "../src/live/seen.ts";
import { LiveState } from "../src/live/state.ts";
import { Pipeline, type PipelineStore } from "../src/pipeline.ts";
import { request } from "./make.ts";
import { MemoryArchive } from "./memory-archive.ts";

const T0 = 1_700_000_000_000;
const surroundings = { system: null, activeConnections: 0 };

/** A store whose commits the test lets through one by one. */
class GatedStore implements PipelineStore {
  readonly batches: (readonly RequestEvent[])[] = [];
  #gate: { resolve(): void; reject(error: Error): void }[] = [];

  append(events: readonly RequestEvent[]): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#gate.push({
        resolve: () => {
          this.batches.push(events);
          resolve();
        },
        reject,
      });
    });
  }
  async commit(): Promise<void> {
    await settle();
    this.#gate.shift()?.resolve();
    await settle();
  }
  async fail(error: Error): Promise<void> {
    await settle();
    this.#gate.shift()?.reject(error);
    await settle();
  }
  get pending(): number {
    return this.#gate.length;
  }
  request = () => Promise.resolve(null);
}

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

let store: GatedStore;
let live: LiveState;
let pipeline: Pipeline;
let shown: RequestEvent[];
let errors: ErrorUpdate[];

beforeEach(() => {
  store = new GatedStore();
  live = new LiveState({ windowSeconds: 300, recent: 100, inFlightPatience: 60_000 });
  pipeline = new Pipeline({
    store,
    live,
    seen: new Seen(),
    accounts: new Accounts(),
    pricing: () => Promise.resolve({ price: () => null }),
    now: () => T0,
    maxQueued: 10,
    maxBatch: 5,
  });
  shown = [];
  errors = [];
  pipeline.tell({
    request: (event) => shown.push(event),
    error: (update) => errors.push(update),
    rateLimit: () => undefined,
  });
});

const total = (): number => live.metrics(T0, surroundings).total_requests;

test("[K1] nothing is acknowledged, counted or shown before it is on disk", async () => {
  let acknowledged = false;
  const call = pipeline.ingest([request()]).then((result) => {
    acknowledged = true;
    return result;
  });
  await settle();
  expect([acknowledged, total(), shown.length]).toEqual([false, 0, 0]);
  await store.commit();
  expect(await call).toEqual({ accepted: 1, duplicates: 0 });
  expect([total(), shown.length]).toEqual([1, 1]);
});

test("calls that wait for a commit share the next one", async () => {
  const calls = [1, 2, 3].map(() => pipeline.ingest([request()]));
  await settle();
  expect(store.pending).toBe(1);
  const later = [4, 5].map(() => pipeline.ingest([request()]));
  await store.commit();
  await store.commit();
  await Promise.all([...calls, ...later]);
  expect(store.batches.map((batch) => batch.length)).toEqual([3, 2]);
});

test("what is stored is shown and acknowledged while the next commit is under way, whatever becomes of that", async () => {
  const first = pipeline.ingest([request()]);
  await settle();
  const repeated = request();
  const second = pipeline.ingest([repeated, repeated]);
  const refused = expect(second).rejects.toThrow("disk full");
  await store.commit();
  expect(store.pending).toBe(1);
  expect(await first).toEqual({ accepted: 1, duplicates: 0 });
  expect([total(), shown.length]).toEqual([1, 1]);
  await store.fail(new StorageFullError("disk full"));
  await refused;
  expect([total(), shown.length]).toEqual([1, 1]);
});

describe("one request counts once", () => {
  test("[K3] within a call, across calls in one commit, and after it", async () => {
    const event = request();
    const first = pipeline.ingest([event, event]);
    const second = pipeline.ingest([event]);
    await store.commit();
    expect(await first).toEqual({ accepted: 1, duplicates: 1 });
    expect(await second).toEqual({ accepted: 0, duplicates: 1 });
    expect(await pipeline.ingest([event])).toEqual({ accepted: 0, duplicates: 1 });
    expect(total()).toBe(1);
  });

  test("a repeat of one whose commit fails is stored, not acknowledged as known", async () => {
    const event = request();
    const first = pipeline.ingest([event]);
    await settle();
    const repeat = pipeline.ingest([event]);
    const refused = expect(first).rejects.toThrow("disk full");
    await store.fail(new StorageFullError("disk full"));
    await refused;
    await store.commit();
    expect(await repeat).toEqual({ accepted: 1, duplicates: 0 });
    expect(total()).toBe(1);
  });

  test("[K3] a running request advances, ends once, and never goes back", async () => {
    const running = request({ id: "a", status: "in_progress", latencyMs: 100, cost: null });
    const further = { ...running, latencyMs: 200 };
    const done = request({ id: "a", latencyMs: 300 });
    const results = [];
    for (const event of [running, running, further, running, done, further, done]) {
      const call = pipeline.ingest([event]);
      await store.commit();
      results.push((await call).accepted);
    }
    expect(results).toEqual([1, 0, 1, 0, 1, 0, 0]);
    expect(total()).toBe(1);
    expect(live.inFlight).toBe(0);
    expect(shown.map(({ latencyMs }) => latencyMs)).toEqual([100, 200, 300]);
  });
});

describe("beyond what memory has room for", () => {
  let archive: MemoryArchive;
  let known: Pipeline;
  let at: number;
  const send = async (...events: RequestEvent[]) => {
    const call = known.ingest(events);
    await store.commit();
    return (await call).accepted;
  };
  const ended = (ago: number) => request({ created: at - ago - 1000 });

  beforeEach(() => {
    at = T0;
    archive = new MemoryArchive();
    known = new Pipeline({
      store,
      live,
      seen: new Seen({ archive, most: 4 }),
      accounts: new Accounts(),
      pricing: () => Promise.resolve({ price: () => null }),
      now: () => at,
      maxQueued: 10,
      maxBatch: 5,
    });
  });

  test("[K3] a late repeat is a duplicate, a late report that is new is not", async () => {
    const first = [ended(0), ended(0)];
    const undated = { ...ended(0), undated: true };
    expect(await send(...first, undated)).toBe(3);
    for (let i = 0; i < 6; i++) {
      at += 10_000;
      expect(await send(ended(0))).toBe(1);
    }
    expect(archive.asked).toBe(0);
    const fromThen = request({ created: T0 - 1000 });
    expect(await send(...first, fromThen, ended(0), { ...undated, created: at })).toBe(2);
    expect(archive.asked).toBe(3);
  });

  test("[K3] a report of a request that ended does not make it run again", async () => {
    const finished = ended(0);
    await send(finished);
    for (let i = 0; i < 6; i++) await send(ended(0));
    at += 600_000;
    expect(await send({ ...finished, status: "in_progress", latencyMs: 10 })).toBe(0);
    expect(live.inFlight).toBe(0);
  });

  test("what ended days ago is in memory, and never looked for elsewhere", async () => {
    const imported = Array.from({ length: 10 }, (_, day) => ended(day * 86_400_000 + 200_000));
    const first = imported.slice(0, 5);
    expect(await send(...first)).toBe(5);
    expect(await send(...imported.slice(5))).toBe(5);
    at += 600_000;
    expect(await send(ended(0), ended(0), ended(0), ended(0))).toBe(4);
    expect(await send(...first)).toBe(0);
    expect(archive.asked).toBe(0);
  });

  test("what the archive can not tell is refused, not counted on the chance that it is new", async () => {
    const first = ended(0);
    await send(first);
    for (let i = 0; i < 6; i++) await send(ended(0));
    archive.failing = true;
    await expect(known.ingest([first])).rejects.toThrow("The disk is gone");
    archive.failing = false;
    expect(await send(first)).toBe(0);
  });
});

test("[K7] a queue that is full refuses, and takes again once there is room", async () => {
  const waiting = pipeline.ingest(Array.from({ length: 10 }, () => request()));
  await expect(pipeline.ingest([request()])).rejects.toBeInstanceOf(OverloadedError);
  await store.commit();
  await waiting;
  const next = pipeline.ingest([request()]);
  await store.commit();
  expect((await next).accepted).toBe(1);
});

test("progress is shown but neither stored nor counted, and not after the end", async () => {
  const running = request({ id: "b", status: "in_progress", latencyMs: 50 });
  pipeline.progress(running);
  expect([live.inFlight, total(), store.pending]).toEqual([1, 0, 0]);
  const call = pipeline.ingest([request({ id: "b" })]);
  await store.commit();
  await call;
  pipeline.progress(running);
  expect([live.inFlight, total()]).toEqual([0, 1]);
  expect(shown.map(({ status }) => status)).toEqual(["in_progress", "success"]);
});

test("a failed request is told as an error too", async () => {
  const call = pipeline.ingest([
    request({
      status: "error",
      statusCode: 429,
      failure: { type: "rate_limit_exceeded", message: "slow down" },
    }),
  ]);
  await store.commit();
  await call;
  expect(errors).toMatchObject([{ error_type: "rate_limit_exceeded", severity: "medium" }]);
});

test("a running request that nobody speaks of any more is let go", () => {
  live.run(request({ id: "c", status: "in_progress" }), T0);
  expect(live.tick(T0 + 59_000, surroundings).lost).toEqual([]);
  expect(live.tick(T0 + 61_000, surroundings).lost).toMatchObject([
    { id: "c", status: "error", failure: { type: "lost" } },
  ]);
  expect(live.inFlight).toBe(0);
});
