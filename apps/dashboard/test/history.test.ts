import type { MetricsUpdate, ModelUpdate, RequestUpdate } from "@telltale/protocol";
import { describe, expect, test } from "vitest";
import { trailingRate } from "../src/history/backfill.ts";
import { Line } from "../src/history/line.ts";
import { ALL, LiveHistory } from "../src/history/live-history.ts";
import { quantile, Samples } from "../src/history/samples.ts";
import { Steps } from "../src/history/steps.ts";

const metrics = (change: Partial<MetricsUpdate>): MetricsUpdate => ({
  total_requests: 0,
  total_tokens: 0,
  total_cost: 0,
  avg_latency_ms: 0,
  error_rate: 0,
  streaming_percentage: 0,
  requests_per_second: 0,
  tokens_per_second: 0,
  active_connections: 1,
  total_errors: 0,
  ...change,
});

const finished = (id: string, created: number, latency_ms: number): RequestUpdate => ({
  id,
  model: "gpt-5",
  created,
  latency_ms,
  prompt_tokens: null,
  completion_tokens: null,
  total_tokens: null,
  streaming: false,
  status: "success",
  cost: null,
});

const model = (request_count: number): ModelUpdate => ({
  model: "gpt-5",
  request_count,
  total_prompt_tokens: 0,
  total_completion_tokens: 0,
  total_tokens: 0,
  total_latency_ms: 0,
  error_count: 0,
  avg_latency_ms: 0,
  error_rate: 0,
  total_cost: 0,
  tokens_per_second: 0,
});

describe("a line", () => {
  test("joins what history tells to what the stream told, without a doubled point", () => {
    const line = new Line();
    line.push(10_000, 1);
    line.push(11_000, 2);
    line.fill(8_000, 10_000, [
      [8_000, 5],
      [9_000, 6],
      [10_000, 99],
    ]);
    expect(line.read(0, 20_000, 5_000)).toEqual([
      [8_000, 5],
      [9_000, 6],
      [10_000, 1],
      [11_000, 2],
    ]);
  });

  test("draws a gap where nothing was told for too long", () => {
    const line = new Line();
    line.push(1_000, 1);
    line.push(30_000, 2);
    expect(line.read(0, 60_000, 5_000)).toEqual([
      [1_000, 1],
      [1_001, null],
      [30_000, 2],
    ]);
  });
});

describe("sums per step", () => {
  test("a watched step without anything is zero, an unwatched one unknown", () => {
    const steps = new Steps(5_000);
    steps.watch(5_000, 14_000);
    steps.add(ALL, 11_000, 2);
    expect(steps.read(ALL, 0, 20_000)).toEqual([
      [0, null],
      [5_000, 0],
      [10_000, 2],
      [15_000, null],
    ]);
  });

  test("history replaces the steps it covers and no other", () => {
    const steps = new Steps(5_000);
    steps.add(ALL, 5_000, 1);
    steps.add(ALL, 10_000, 1);
    steps.fill(0, 10_000, [{ group: ALL, points: [[5_000, 7]] }]);
    expect(steps.read(ALL, 0, 15_000)).toEqual([
      [0, 0],
      [5_000, 7],
      [10_000, 1],
    ]);
  });

  test("a running step is not read", () => {
    const steps = new Steps(5_000);
    steps.add(ALL, 6_000, 1);
    expect(steps.read(ALL, 5_000, 9_999)).toEqual([]);
  });
});

describe("percentiles per step", () => {
  test("lie between neighbours in proportion", () => {
    expect(quantile([], 0.5)).toBeNull();
    expect(quantile([10], 0.99)).toBe(10);
    expect(quantile([0, 100], 0.95)).toBe(95);
    expect(quantile([1, 2, 3, 4, 5], 0.5)).toBe(3);
  });

  test("the step in which the page joined is history's, the next ones are the stream's", () => {
    const samples = new Samples(10_000);
    samples.startLive(14_000);
    samples.add(ALL, 15_000, 500);
    samples.add(ALL, 21_000, 100);
    samples.add(ALL, 22_000, 300);
    samples.fill(ALL, 0.5, 0, 30_000, [
      [10_000, 42],
      [20_000, 43],
    ]);
    expect(samples.read(ALL, [0.5], 0, 40_000)[0]).toEqual([
      [0, null],
      [10_000, 42],
      [20_000, 200],
      [30_000, null],
    ]);
  });

  test("a step that is over says the same, whatever still comes for it", () => {
    const samples = new Samples(10_000);
    samples.startLive(0);
    const read = () => samples.read(ALL, [0.5, 0.95, 0.99], 10_000, 30_000);
    // From 10 ms to 10 s, most of them short.
    for (let n = 0; n < 9_973; n++) samples.add(ALL, 15_000, 10 * 1000 ** (n / 9_972));
    samples.add(ALL, 25_000, 100);
    const before = read();
    samples.settle(20_000);
    expect(read()).toEqual(before);
    samples.add(ALL, 15_000, 60_000);
    expect(read()).toEqual(before);
    samples.add(ALL, 25_000, 300);
    expect(read().map((line) => line[1]?.[1])).toEqual([200, 290, 298]);
  });

  test("what history says of a step that an outage cut short stays", () => {
    const samples = new Samples(10_000);
    samples.startLive(0);
    samples.add(ALL, 15_000, 500);
    samples.startLive(24_000);
    samples.fill(ALL, 0.5, 10_000, 20_000, [[10_000, 42]]);
    samples.settle(40_000);
    expect(samples.read(ALL, [0.5], 10_000, 20_000)).toEqual([[[10_000, 42]]]);
  });
});

test("a backfilled rate is the mean of the ten seconds before, as the live one is", () => {
  const rates = trailingRate(
    [
      [1_000, 10],
      [5_000, 20],
    ],
    10_000,
    17_000,
  );
  expect(rates).toEqual([
    [10_000, 3],
    [11_000, 3],
    [12_000, 2],
    [13_000, 2],
    [14_000, 2],
    [15_000, 2],
    [16_000, 0],
  ]);
});

describe("the live history", () => {
  test("counts errors and cost from the totals, from the first whole step on", () => {
    const history = new LiveHistory();
    expect(history.tick(metrics({ total_errors: 5, total_cost: 1 }), 9_000)).toBe(true);
    expect(history.tick(metrics({ total_errors: 6, total_cost: 2 }), 10_000)).toBe(false);
    history.tick(metrics({ total_errors: 8, total_cost: 2.5 }), 11_000);
    history.tick(metrics({ total_errors: 8, total_cost: 2.5 }), 16_000);
    expect(history.errors.read(ALL, 5_000, 20_000)).toEqual([
      [5_000, null],
      [10_000, 3],
      [15_000, 0],
    ]);
    expect(history.cost.read(ALL, 10_000, 15_000)).toEqual([[10_000, 1.5]]);
  });

  test("says nothing of the difference when the totals belong to another life of the server", () => {
    const history = new LiveHistory();
    history.tick(metrics({ total_errors: 50 }), 10_000);
    history.tick(metrics({ total_errors: 0 }), 21_000);
    history.tick(metrics({ total_errors: 1 }), 26_000);
    expect(history.errors.read(ALL, 20_000, 30_000)).toEqual([
      [20_000, 0],
      [25_000, 1],
    ]);
  });

  test("takes each finished request once, at its end", () => {
    const history = new LiveHistory();
    history.tick(metrics({}), 10_000);
    history.request({ ...finished("a", 15_000, 100), status: "in_progress" });
    history.request(finished("a", 15_000, 6_000));
    history.request(finished("a", 15_000, 6_000));
    history.request(finished("b", 22_000, 1_000));
    history.request(finished("c", 22_000, 2_000));
    expect(history.latency.read("gpt-5", [0.5], 10_000, 30_000)).toEqual([
      [
        [10_000, null],
        [20_000, 2_000],
      ],
    ]);
  });

  test("[X11] begins with the host that the server remembers, and goes on with the stream's", () => {
    const history = new LiveHistory();
    const host = (bytes: number) => ({
      cpu_usage: 10,
      memory_usage: 40,
      network_in_bytes: bytes,
      network_out_bytes: 2 * bytes,
    });
    const joined = 13_500;
    history.tick(metrics({}), joined);
    history.system({ ...host(300), disk_usage: 0, active_workers: 0, queue_size: 0 }, joined);
    history.system({ ...host(500), disk_usage: 0, active_workers: 0, queue_size: 0 }, 14_500);
    const moments = [10_000, 11_000, 12_000, 13_000, 14_000].map((time, n) => ({
      time,
      ...host(n === 2 ? 0 : 100 * n),
    }));
    history.host(moments, joined);
    const read = (line: Line) => line.read(0, 20_000, history.gap);
    expect(read(history.cpu).map(([t]) => t)).toEqual([11_000, 12_000, 13_000, 13_500, 14_500]);
    // The host was started anew in between.
    expect(read(history.received)).toEqual([
      [11_000, 100],
      [12_000, 0],
      [13_000, 300],
      [14_500, 200],
    ]);
    expect(read(history.sent).at(-1)).toEqual([14_500, 400]);
  });

  test("counts a model's requests from what the snapshot says, and a new model's from none", () => {
    const history = new LiveHistory();
    history.connected([model(100)]);
    history.tick(metrics({}), 9_000);
    history.model(model(103), 12_000);
    history.model({ ...model(2), model: "o3" }, 12_000);
    expect(history.requestsByModel.read("gpt-5", 10_000, 20_000)).toEqual([[10_000, 3]]);
    expect(history.requestsByModel.read("o3", 10_000, 20_000)).toEqual([[10_000, 2]]);
  });

  test("leaves a gap between two connections", () => {
    const history = new LiveHistory();
    history.tick(metrics({ requests_per_second: 1 }), 10_000);
    history.tick(metrics({ requests_per_second: 1 }), 11_000);
    history.connected(undefined);
    expect(history.tick(metrics({ requests_per_second: 2, total_errors: 9 }), 60_000)).toBe(true);
    const points = history.requestRate.read(0, 70_000, history.gap);
    expect(points).toContainEqual([11_001, null]);
    expect(history.errors.read(ALL, 55_000, 60_000)).toEqual([[55_000, null]]);
  });
});

test("wider bars are the sum of their steps, and unknown when one of them is", () => {
  const steps = new Steps(5_000);
  steps.watch(0, 25_000);
  steps.add(ALL, 0, 1);
  steps.add(ALL, 10_000, 2);
  expect(steps.read(ALL, 0, 45_000, 15_000)).toEqual([
    [0, 3],
    [15_000, 0],
    [30_000, null],
  ]);
});
