import { mkdtemp, readdir, rm, truncate } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc, { runs } from "@telltale/testkit/properties";
import { expect, test } from "vitest";
import type { RequestEvent } from "../src/event.ts";
import type { KnownIds, Span } from "../src/history/store.ts";
import { IdFolder } from "../src/ids/folder.ts";
import type { IdArchive } from "../src/ids/port.ts";
import { Accounts } from "../src/live/accounts/accounts.ts";
import { Seen } from "../src/live/seen.ts";
import { recall } from "../src/recall.ts";
import { knownIds } from "./known-ids.ts";
import { request } from "./make.ts";

const T0 = 1_795_417_200_000;
const SECOND = 1000;
const HOUR = 3_600_000;
const pause = () => Promise.resolve();
const fail = (): never => {
  throw new Error("Every file can be read");
};

/** Ids beside a history, judged as the pipeline does, and what is right in the simplest words. */
class World {
  now = T0;
  seen = new Seen();
  ids!: IdFolder;
  diskIsFull = false;
  readonly history = new Map<string, number>();
  readonly sent: RequestEvent[] = [];
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  storedIds(spans: readonly Span[]): KnownIds[] {
    return spans.map(({ from, to }) =>
      knownIds(
        Array.from(this.history, ([id, storedAt]) => ({ id, storedAt })).filter(
          ({ storedAt }) => storedAt >= from && storedAt <= to,
        ),
      ),
    );
  }

  async start(): Promise<void> {
    await this.seen.settle();
    this.ids = new IdFolder({
      path: this.path,
      pause,
      warn: () => undefined,
      lost: async (span) => {
        for (const some of this.storedIds([span])) this.seen.restore(some);
      },
    });
    const { ids } = this;
    const archive: IdArchive = {
      put: (leaving) => (this.diskIsFull ? Promise.resolve(false) : ids.put(leaving)),
      find: (asked) => ids.find(asked),
      forget: (time) => ids.forget(time),
    };
    this.seen = new Seen({ archive, most: 8 });
    await recall({
      store: {
        storedIds: async (spans) => this.storedIds(spans),
        remembered: () => Promise.resolve({ accounts: [], joins: [] }),
      },
      archive: ids,
      seen: this.seen,
      accounts: new Accounts(),
      from: this.now - 24 * HOUR,
      pause,
    })();
  }

  async send(events: readonly RequestEvent[]): Promise<void> {
    const archived = await this.seen.archived(events, this.now);
    const fresh = new Map<string, RequestEvent>();
    for (const event of events) {
      const known = archived?.has(event.id) === true || this.seen.get(event.id) !== undefined;
      const storedAt = this.history.get(event.id);
      const age = storedAt === undefined ? null : this.now - storedAt;
      // Between 24 and 25 hours it may be either.
      if (age === null || age <= 24 * HOUR) {
        expect(known, `${event.id}, stored ${age} ms ago`).toBe(age !== null);
      }
      if (!known && event.status !== "in_progress") fresh.set(event.id, event);
    }
    for (const event of fresh.values()) {
      this.history.set(event.id, this.now);
      this.seen.finished(event, this.now);
    }
  }

  /** What comes `lateness` ms after it ended; or without a time. */
  report(lateness: number | null, latencyMs: number | null): RequestEvent {
    const id = `r${this.sent.length}`;
    const created = this.now - (lateness ?? 0) - (latencyMs ?? 0);
    const undated = lateness === null || undefined;
    const event = request({ id, created, latencyMs, undated });
    this.sent.push(event);
    return event;
  }

  /** Told again: what has no time of its own has another now. */
  again(place: number): RequestEvent[] {
    const event = this.sent[place % Math.max(1, this.sent.length)];
    if (event === undefined) return [];
    if (event.undated !== true) return [event];
    return [{ ...event, created: this.now - (event.latencyMs ?? 0) }];
  }

  /** A report of a request while it runs, which comes after its end. */
  progressOf(place: number): RequestEvent[] {
    return this.again(place)
      .filter(({ id }) => this.history.has(id))
      .map((event) => ({ ...event, status: "in_progress", latencyMs: 1 }));
  }

  async damage(place: number, how: "torn" | "gone"): Promise<void> {
    await this.seen.settle();
    const names = await readdir(this.path).catch((): string[] => []);
    const name = names.sort()[place % Math.max(1, names.length)];
    if (name === undefined) return;
    if (how === "gone") await rm(join(this.path, name));
    else await truncate(join(this.path, name), 5000);
  }

  /** An older copy of the history is put in its place. */
  async putBack(share: number): Promise<void> {
    const rows = [...this.history];
    for (const [id] of rows.slice(Math.floor(rows.length * share))) this.history.delete(id);
    await this.start();
  }
}

test("[K8] memory for ids is bounded however many come, and repeats of all are known", async () => {
  const folder = await mkdtemp(join(tmpdir(), "telltale-seen-"));
  try {
    const archive = new IdFolder({ path: join(folder, "ids"), pause, warn: fail, lost: fail });
    const seen = new Seen({ archive, most: 20_000 });
    const eventOf = (i: number, id = `r${i}`) =>
      request({ id, created: T0 + 10 * i, latencyMs: 0 });
    const sizes: number[] = [];
    for (let from = 0; from < 200_000; from += 1000) {
      const at = T0 + 10 * (from + 1000);
      const events = Array.from({ length: 1000 }, (_, i) => eventOf(from + i));
      expect(seen.archived(events, at)).toBeNull();
      for (const event of events) seen.finished(event, at);
      await seen.settle();
      sizes.push(seen.bytes);
    }
    expect(Math.max(...sizes)).toBeLessThan(50 * 20_000);
    const places = Array.from({ length: 2000 }, (_, i) => 100 * i);
    const repeats = places.map((i) => eventOf(i));
    const others = places.map((i) => eventOf(i, `other-${i}`));
    const now = T0 + 10 * 200_000;
    const archived = await seen.archived([...repeats, ...others], now);
    const isKnown = ({ id }: RequestEvent) => archived?.has(id) || seen.get(id) !== undefined;
    expect([repeats.filter(isKnown).length, others.filter(isKnown).length]).toEqual([2000, 0]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

const lateness = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 4 * SECOND }) },
  { weight: 2, arbitrary: fc.integer({ min: -20 * SECOND, max: 300 * SECOND }) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 72 * HOUR }) },
  { weight: 1, arbitrary: fc.constant(null) },
);
const place = fc.nat({ max: 1000 });
type Step = (world: World) => Promise<void>;

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 10,
    arbitrary: fc
      .array(fc.tuple(lateness, fc.constantFrom(null, 0, 700, 90_000)), {
        minLength: 1,
        maxLength: 6,
      })
      .map(
        (all): Step =>
          (world) =>
            world.send(all.map(([late, latency]) => world.report(late, latency))),
      ),
  },
  {
    weight: 8,
    arbitrary: fc.array(place, { minLength: 1, maxLength: 8 }).map(
      (places): Step =>
        (world) =>
          world.send(places.flatMap((one) => world.again(one))),
    ),
  },
  {
    weight: 2,
    arbitrary: place.map(
      (one): Step =>
        (world) =>
          world.send(world.progressOf(one)),
    ),
  },
  {
    weight: 8,
    arbitrary: fc
      .oneof(
        fc.integer({ min: -9, max: 60 }),
        fc.integer({ min: 0, max: 7200 }),
        fc.constant(40_000),
      )
      .map(
        (seconds): Step =>
          async (world) => {
            world.now += seconds * SECOND;
          },
      ),
  },
  { weight: 2, arbitrary: fc.constant<Step>((world) => world.seen.settle()) },
  { weight: 2, arbitrary: fc.constant<Step>((world) => world.seen.forget(world.now)) },
  { weight: 2, arbitrary: fc.constant<Step>((world) => world.start()) },
  {
    weight: 1,
    arbitrary: fc.tuple(place, fc.constantFrom("torn" as const, "gone" as const), fc.boolean()).map(
      ([one, how, restarts]): Step =>
        async (world) => {
          await world.damage(one, how);
          if (restarts) await world.start();
        },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.boolean().map(
      (full): Step =>
        async (world) => {
          world.diskIsFull = full;
        },
    ),
  },
  {
    weight: 1,
    arbitrary: fc.double({ min: 0, max: 1, noNaN: true }).map(
      (share): Step =>
        (world) =>
          world.putBack(share),
    ),
  },
);

test("[K3] an id of the last 24 hours is known whatever its time, the clock, the files and the restarts; no other is", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60, size: "max" }), async (steps) => {
      const folder = await mkdtemp(join(tmpdir(), "telltale-seen-"));
      try {
        const world = new World(join(folder, "ids"));
        await world.start();
        for (const take of steps) await take(world);
        await world.seen.settle();
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    }),
    { numRuns: runs(150) },
  );
}, 120_000);
