import { afterEach, expect, test, vi } from "vitest";
import { backfill } from "../src/history/backfill.ts";
import { ALL, LiveHistory } from "../src/history/live-history.ts";

afterEach(() => vi.unstubAllGlobals());

/** A server whose history holds one failed request of 300 ms and $1 per second, from `begin` on. */
function server(begin: number): void {
  vi.stubGlobal("fetch", async (path: string) => {
    const asked = new URL(path, "http://127.0.0.1").searchParams;
    const [from, to, step] = ["from", "to", "step"].map((name) => Number(asked.get(name)));
    if (from === undefined || to === undefined || step === undefined)
      throw new Error("asked wrongly");
    const points: [number, number][] = [];
    for (let t = Math.max(from, begin); t < to; t += step) {
      points.push([t, asked.get("metric")?.includes("_ms") ? 300 : step / 1_000]);
    }
    const group = asked.get("group_by") ? "gpt-5" : null;
    return new Response(JSON.stringify({ series: [{ group, points }] }));
  });
}

const tick = (history: LiveHistory, t: number, total: number): boolean =>
  history.tick(
    {
      total_requests: total,
      total_tokens: 0,
      total_cost: total,
      total_errors: total,
      avg_latency_ms: 300,
      error_rate: 1,
      streaming_percentage: 0,
      requests_per_second: 1,
      tokens_per_second: 1,
      active_connections: 1,
    },
    t,
  );

const at = 1_000_000_000;

test("what history told and what the stream told join without a seam, a hole or a doubled step", async () => {
  server(at - 60_000);
  const history = new LiveHistory();
  const joined = at + 3_400;
  for (let t = joined, n = 100; t < at + 31_000; t += 1_000, n++) tick(history, t, n);
  await backfill(history, joined, undefined, false, new AbortController().signal);
  // The step that was running when the page joined is left open until it can be told in full.
  expect(history.errors.read(ALL, at - 10_000, at + 20_000)).toEqual([
    [at - 10_000, 5],
    [at - 5_000, 5],
    [at, null],
    [at + 5_000, null],
    [at + 10_000, 5],
    [at + 15_000, 5],
  ]);
  await backfill(history, joined, undefined, true, new AbortController().signal);
  for (const sums of [history.errors, history.cost]) {
    const values = sums.read(ALL, at - 60_000, at + 30_000).map(([, value]) => value);
    expect(new Set(values)).toEqual(new Set([5]));
  }
  const rate = history.requestRate.read(at - 40_000, at + 30_000, history.gap);
  expect(rate.every(([, value]) => value === 1)).toBe(true);
  expect(new Set(rate.map(([t]) => t)).size).toBe(rate.length);
});

test("after an outage the gap is filled from history", async () => {
  server(0);
  const history = new LiveHistory();
  for (let t = at; t <= at + 20_000; t += 1_000) tick(history, t, t / 1_000);
  history.connected(undefined);
  const back = at + 80_000;
  for (let t = back; t <= back + 20_000; t += 1_000) tick(history, t, t / 1_000);
  const gap = (): boolean =>
    history.requestRate.read(at + 10_000, back, history.gap).some(([, value]) => value === null);
  expect(gap()).toBe(true);
  await backfill(history, back, at + 20_000, true, new AbortController().signal);
  expect(gap()).toBe(false);
  const values = history.cost.read(ALL, at + 25_000, back + 15_000).map(([, value]) => value);
  expect(values.every((value) => value === 5)).toBe(true);
  expect(history.latency.read(ALL, [0.95], at + 30_000, at + 60_000)[0]).toEqual([
    [at + 30_000, 300],
    [at + 40_000, 300],
    [at + 50_000, 300],
  ]);
});
