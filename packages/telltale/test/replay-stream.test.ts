import type { Replay } from "@telltale/protocol";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { endOf, type RequestEvent } from "../src/event.ts";
import type { HistoryStore } from "../src/history/store.ts";
import { LiveState } from "../src/live/state.ts";
import { Replays, TooManyReplaysError } from "../src/stream/replay/replays.ts";
import type { ReplayRequest } from "../src/stream/replay/request.ts";
import type { Source } from "../src/stream/source.ts";
import { Listener, openHistory, START, Stage, traffic } from "./replay-harness.ts";

const MINUTE = 60_000;
const options = { windowSeconds: 300, recent: 50, inFlightPatience: 600_000 };
const around = { system: null, activeConnections: 1 };

let events: RequestEvent[];
let store: HistoryStore;
let close: () => Promise<void>;
let stage: Stage;
let replays: Replays;

beforeAll(async () => {
  events = traffic();
  ({ store, close } = await openHistory(events));
});
afterAll(() => close());

beforeEach(() => {
  stage = new Stage();
  let ids = 0;
  replays = new Replays({
    store,
    live: options,
    hub: {
      version: "1.2.3",
      maxEventsPerTick: 200,
      replayEvents: 1000,
      flushInterval: 50,
      heartbeatInterval: 15_000,
      maxQueueBytes: 1_000_000,
      stallTimeout: 30_000,
    },
    clock: stage,
    most: 3,
    newId: () => `r${++ids}`,
    failed: (error) => {
      throw error;
    },
  });
  return () => replays.close();
});

const asked = (changes: Partial<ReplayRequest> = {}): ReplayRequest => ({
  from: START + 20 * MINUTE,
  to: START + 30 * 86_400_000,
  speed: 60,
  skipGaps: false,
  ...changes,
});

async function watch(
  changes: Partial<ReplayRequest> = {},
  since?: string,
): Promise<{ source: Source; listener: Listener; state: () => Replay | undefined }> {
  const source = await replays.open(asked(changes), since);
  const listener = new Listener();
  source.hub.join(listener, {}, since);
  const state = (): Replay | undefined =>
    listener.messages
      .flatMap((m) => (m.type === "init" || m.type === "notice" ? (m.data.replay ?? []) : []))
      .at(-1);
  return { source, listener, state };
}

/** The live state as it was while the requests came in. */
class Witness {
  readonly live = new LiveState(options);
  #next = 0;
  at(t: number): LiveState {
    for (let event = events[this.#next]; event && endOf(event) < t; event = events[this.#next]) {
      this.live.finish(event, endOf(event));
      this.#next++;
    }
    return this.live;
  }
}

/** Equal but for the last digits, in which sums in another order differ. */
function same(shown: object, expected: object): void {
  const rounded = (value: unknown): unknown =>
    JSON.parse(
      JSON.stringify(value, (name, inner: unknown) =>
        name === "in_flight"
          ? undefined
          : typeof inner === "number"
            ? Number(inner.toPrecision(9))
            : inner,
      ),
    );
  expect(rounded(shown)).toEqual(rounded(expected));
}

describe("what is shown", () => {
  test.each([
    ["from requests", 20 * MINUTE + 123, false],
    ["from sums by the hour", 35 * MINUTE + 0.5, true],
  ])(
    "[Y1] the state at the beginning is the live state of that moment, %s",
    async (_, after, sum) => {
      if (sum) await store.rollUp();
      const from = START + after;
      const { listener } = await watch({ from });
      const witness = new Witness().at(from);
      const init = listener.of("init")[0];
      const snapshot = init?.data.snapshot;
      expect(init?.timestamp).toBe(Math.floor(from));
      expect(init?.data.replay).toEqual({
        from,
        to: asked().to,
        speed: 60,
        at: Math.floor(from),
        paused: false,
      });
      same(snapshot?.metrics ?? {}, witness.metrics(from, around));
      expect(snapshot?.metrics?.window_requests).toBeGreaterThan(100);
      const byName = (a: { model: string }, b: { model: string }): number =>
        a.model.localeCompare(b.model);
      same(snapshot?.models.toSorted(byName) ?? [], witness.models(from).toSorted(byName));
      same(snapshot?.costs ?? {}, witness.costs(from));
      same(snapshot?.errors ?? [], witness.errors());
      same(snapshot?.requests ?? [], witness.snapshot(from, around).requests);
      expect(snapshot).toMatchObject({ system: null, kv_cache: null, rate_limits: [], alerts: [] });
    },
  );

  test("[Y1] at any speed every tick has the totals and percentiles of its time, to the end", async () => {
    const { listener } = await watch({ from: START - MINUTE, speed: 600 });
    const ticks = () => listener.of("metrics_update");
    await stage.until(() => listener.of("notice").some(({ data }) => data.code === "replay_ended"));
    const witness = new Witness();
    expect(ticks().length).toBeGreaterThan(60);
    for (const { data, timestamp } of ticks()) {
      same(data, witness.at(timestamp).metrics(timestamp, around));
    }
    expect(ticks().at(-1)?.data).toMatchObject({
      total_requests: events.length,
      window_requests: 0,
      requests_per_second: 0,
    });
    for (const { data, timestamp } of listener.of("model_update").slice(-3)) {
      const expected = witness.live.models(timestamp).find(({ model }) => model === data.model);
      expect(data.request_count).toBe(expected?.request_count);
    }
    const last = listener.of("cost_update").at(-1);
    same(last?.data ?? {}, witness.live.costs(last?.timestamp ?? 0));
  });

  test("requests come in the order in which they ended, when they had, and no others", async () => {
    const from = START + 5 * MINUTE;
    const { listener } = await watch({ from, to: from + MINUTE, speed: 1 });
    await stage.until(() => listener.of("notice").length > 0);
    // A replay flushes requests by itself; what is due is flushed with the tick.
    const shown = listener.of("request_update");
    const expected = events.filter((e) => endOf(e) >= from && endOf(e) < from + MINUTE);
    expect(shown.map(({ data }) => data.id)).toEqual(expected.map(({ id }) => id));
    for (const { data, timestamp } of shown) {
      expect(timestamp).toBeGreaterThanOrEqual(data.created + (data.latency_ms ?? 0) - 1);
    }
    const failed = expected.filter(({ status }) => status === "error");
    expect(listener.of("error_update").map(({ data }) => data.request_id)).toEqual(
      failed.map(({ id }) => id),
    );
  });
});

describe("time", () => {
  test("[Y2] a time without requests takes its time, and is jumped over only where that is asked for", async () => {
    const from = START - 2 * 3_600_000;
    const plain = await watch({ from, speed: 60 });
    const begun = stage.now();
    await stage.pass(10_000);
    expect(plain.listener.of("metrics_update").at(-1)?.timestamp).toBe(from + 600_000);
    const skipping = await watch({ from, speed: 60, skipGaps: true });
    await stage.until(() => skipping.listener.of("request_update").length > 0);
    expect(stage.now() - begun).toBeLessThan(12_000);
    expect(plain.listener.of("request_update")).toEqual([]);
  });

  test("[Y3] pause stands still, step goes one tick, speed changes the pace, seek goes elsewhere", async () => {
    const { source, listener, state } = await watch({ speed: 10 });
    const from = asked().from;
    const at = (): number => listener.messages.at(-1)?.timestamp ?? 0;
    await stage.pass(1000);
    expect(source.heed?.({ type: "pause" })).toBeUndefined();
    const paused = at();
    expect(paused).toBe(from + 10_000);
    expect(state()).toMatchObject({ paused: true, at: paused, speed: 10 });
    const held = listener.of("metrics_update").length;
    await stage.pass(60_000);
    expect(listener.of("metrics_update")).toHaveLength(held);
    expect(listener.messages.at(-1)?.type).toBe("heartbeat");

    source.heed?.({ type: "step" });
    await stage.pass(200);
    expect(listener.of("metrics_update")).toHaveLength(held + 1);
    expect(state()).toMatchObject({ paused: true, at: paused + 1000 });

    source.heed?.({ type: "speed", data: { speed: 2 } });
    source.heed?.({ type: "resume" });
    await stage.pass(1000);
    expect(listener.of("metrics_update").at(-1)?.timestamp).toBe(paused + 3000);

    const epoch = listener.of("init").at(-1)?.data.epoch;
    const to = START + 40 * MINUTE;
    source.heed?.({ type: "seek", data: { to } });
    await stage.until(() => listener.of("init").length === 2);
    const init = listener.of("init").at(-1);
    expect(init?.timestamp).toBe(to);
    expect(init?.data.epoch).not.toBe(epoch);
    same(init?.data.snapshot?.metrics ?? {}, new Witness().at(to).metrics(to, around));
    await stage.pass(1000);
    const next = listener.of("metrics_update").at(-1);
    same(next?.data ?? {}, new Witness().at(to + 2000).metrics(to + 2000, around));
  });

  test("what can not be done is said, and nothing changes", async () => {
    const { source, state } = await watch();
    const before = state();
    expect(source.heed?.({ type: "speed", data: { speed: 0 } })).toMatchObject({
      path: "data.speed",
    });
    expect(source.heed?.({ type: "speed", data: { speed: Number.NaN } })).toBeDefined();
    expect(source.heed?.({ type: "seek", data: { to: asked().to } })).toMatchObject({
      path: "data.to",
    });
    expect(state()).toEqual(before);
  });

  test("after the end only a seek brings more", async () => {
    const { source, listener } = await watch({ to: asked().from + 5000, speed: 10 });
    const ends = () => listener.of("notice").filter(({ data }) => data.code === "replay_ended");
    await stage.until(() => ends().length === 1);
    expect(ends()[0]?.data.replay).toMatchObject({ ended: true, at: asked().from + 5000 });
    const count = listener.of("metrics_update").length;
    source.heed?.({ type: "resume" });
    await stage.pass(10_000);
    expect(listener.of("metrics_update")).toHaveLength(count);
    source.heed?.({ type: "seek", data: { to: asked().from + 1000 } });
    await stage.until(() => ends().length === 2);
    expect(listener.of("metrics_update").length).toBeGreaterThan(count);
  });
});

describe("readers", () => {
  const positionOf = ({ messages }: Listener): string => {
    const { metadata } = messages.findLast(({ metadata }) => metadata !== undefined) ?? {};
    return JSON.parse(JSON.stringify(metadata)).position;
  };

  test("[Y4] one that comes back with its position goes on there, and misses nothing", async () => {
    const { source } = await watch({ speed: 1 });
    await stage.pass(3000);
    const lost = new Listener();
    const reader = source.hub.join(lost);
    await stage.pass(2000);
    source.hub.leave(reader);
    source.release?.();
    const since = positionOf(lost);
    await stage.pass(30_000);
    const back = await watch({ speed: 1 }, since);
    expect(back.listener.of("init").at(-1)?.data.resumed).toBe(true);
    await stage.pass(3000);
    const seen = [...lost.of("metrics_update"), ...back.listener.of("metrics_update")];
    const times = seen.map(({ timestamp }) => timestamp - asked().from);
    // The newest value of the time away comes at once; nothing is played while nobody reads.
    expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b));
    expect(times.at(-1)).toBeLessThan(15_000);
    expect(back.listener.of("notice")).toEqual([]);
  });

  test("[Y4] a position of another replay, or of before a seek, is a gap and the state", async () => {
    const { source, listener } = await watch();
    const since = positionOf(listener);
    source.heed?.({ type: "seek", data: { to: asked().from + MINUTE } });
    await stage.until(() => listener.of("init").length === 2);
    for (const position of [since, "elsewhere-0:12"]) {
      const { listener } = await watch({}, position);
      expect(listener.of("notice").map(({ data }) => data.code)).toEqual(["gap"]);
      expect(listener.of("init")[0]?.data.snapshot).toBeDefined();
    }
  });

  test("[Y5] there is a bound, and who has gone makes room", async () => {
    const first = await watch();
    await watch();
    await watch();
    await expect(replays.open(asked(), undefined)).rejects.toThrow(TooManyReplaysError);
    first.source.release?.();
    await expect(replays.open(asked(), undefined)).resolves.toBeDefined();
    await expect(replays.open(asked(), undefined)).rejects.toThrow(TooManyReplaysError);
  });

  test("a replay that nobody comes back to ends, and leaves no timer", async () => {
    const { source } = await watch();
    source.release?.();
    await stage.pass(66_000);
    expect(replays.size).toBe(0);
    expect(stage.waiting).toBe(0);
  });

  test("[K6] a server that stops waits for no reader of a replay, nor for one that just comes", async () => {
    const { source } = await watch();
    const opening = watch();
    replays.close();
    source.release?.();
    const late = await opening;
    late.source.release?.();
    expect(replays.size).toBe(0);
    expect(stage.waiting).toBe(0);
  });
});
