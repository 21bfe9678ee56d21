import { describe, expect, test } from "vitest";
import {
  type EngineReport,
  type EngineSample,
  unknownCache,
  unknownEngine,
  unknownGpu,
} from "../src/engine-sample.ts";
import { EngineBoard } from "../src/live/engine-board.ts";
import { LiveEngines } from "../src/live/engines.ts";

const T = 1_780_000_000_000;

const engine = (more: Partial<EngineSample> = {}): EngineSample => ({
  ...unknownEngine,
  id: "",
  kind: "vllm",
  ...more,
});
const report = (at: number, engines: EngineSample[], more: Partial<EngineReport> = {}) => ({
  source: "a",
  at,
  validFor: 15_000,
  engines,
  gpus: [],
  rateLimits: [],
  ...more,
});
const cached = (more: object): Partial<EngineSample> => ({ cache: { ...unknownCache, ...more } });

describe("[G3] engines as they are now", () => {
  test("requests are added up, gateways only where no engine tells; shares are averaged", () => {
    const live = new LiveEngines(300);
    live.report(
      report(T, [
        engine({ id: "0", running: 3, waiting: 1, ...cached({ usage: 0.2 }) }),
        engine({ id: "1", running: 4, waiting: null, ...cached({ usage: 0.4 }) }),
      ]),
    );
    live.report(
      report(T, [engine({ kind: "litellm", gateway: true, running: 9, waiting: 8 })], {
        source: "proxy",
      }),
    );
    const now = live.now(T);
    expect(now.running).toBe(7);
    expect(now.waiting).toBe(1);
    expect(now.kvCache?.usage).toBeCloseTo(0.3);
    expect(now.engines.map(({ name }) => name)).toEqual(["a 0", "a 1", "proxy"]);
    live.lost("a");
    expect(live.now(T)).toMatchObject({ running: 9, waiting: 8, kvCache: null });
  });

  test("a source that is lost, or silent for longer than it said, has no figures at all", () => {
    const live = new LiveEngines(300);
    const gpus = [{ ...unknownGpu, index: 0 }];
    live.report(report(T, [engine({ running: 3 })], { gpus }));
    expect(live.now(T + 15_000)).toMatchObject({ engines: [{ running: 3 }], gpus: [{ index: 0 }] });
    expect(live.now(T + 15_001)).toMatchObject({ engines: [], gpus: [], running: undefined });
    live.report(report(T + 20_000, [engine({ running: 4 })]));
    live.lost("a");
    expect(live.now(T + 20_000)).toMatchObject({ engines: [], running: undefined });
  });

  test("rates are over the last ten seconds", () => {
    const live = new LiveEngines(300);
    for (let second = 0; second <= 20; second++) {
      const generatedTokens = second < 10 ? second * 100 : 1000 + (second - 10) * 50;
      live.report(report(T + second * 1000, [engine({ generatedTokens, requests: second })]));
    }
    expect(live.now(T + 20_000).engines).toMatchObject([
      { tokens_per_second: 50, requests_per_second: 1 },
    ]);
  });

  test("one look tells no rate, and unknown is left out, not zero", () => {
    const live = new LiveEngines(300);
    live.report(report(T, [engine({ generatedTokens: 5 })]));
    expect(live.now(T).engines).toEqual([{ name: "a", kind: "vllm", source: "a" }]);
    expect(live.now(T).kvCache).toBeNull();
  });

  test("hit rate and percentiles are of the trailing window, not since the engine started", () => {
    const live = new LiveEngines(300);
    const look = (at: number, hits: number, queries: number, counts: number[]) =>
      live.report(
        report(at, [
          engine({ ...cached({ hits, queries }), ttft: { bounds: [0.1, 0.2], counts, sum: null } }),
        ]),
      );
    look(T, 900, 1000, [1_000_000, 0, 0]);
    look(T + 5000, 910, 1100, [1_000_000, 100, 0]);
    const now = live.now(T + 5000);
    expect(now.kvCache).toMatchObject({ cache_hits: 910, cache_misses: 190, hit_rate: 0.1 });
    expect(now.engines).toMatchObject([{ prefix_cache_hit_rate: 0.1 }]);
    expect(now.engines[0]?.p50_ttft_ms).toBeCloseTo(150);
    expect(now.engines[0]?.p95_ttft_ms).toBeCloseTo(195);
    // Five minutes later those hundred are forgotten.
    look(T + 310_000, 910, 1100, [1_000_000, 100, 0]);
    expect(live.now(T + 310_000).engines[0]).not.toHaveProperty("p50_ttft_ms");
    expect(live.now(T + 310_000).kvCache?.unknown).toContain("hit_rate");
  });

  test("an observation above every bound is at most known to be above the last", () => {
    const live = new LiveEngines(300);
    const look = (at: number, above: number) =>
      live.report(
        report(at, [engine({ ttft: { bounds: [1, 2], counts: [0, 0, above], sum: null } })]),
      );
    look(T, 0);
    look(T + 1000, 5);
    expect(live.now(T + 1000).engines).toMatchObject([{ p50_ttft_ms: 2000 }]);
  });

  test("an engine that restarts is neither a burst nor less than nothing", () => {
    const live = new LiveEngines(300);
    const look = (at: number, generatedTokens: number, hits: number) =>
      live.report(
        report(at, [engine({ generatedTokens, ...cached({ hits, queries: hits * 2 }) })]),
      );
    look(T, 50_000, 1000);
    look(T + 1000, 50_100, 1100);
    look(T + 2000, 30, 10);
    expect(live.now(T + 2000).engines[0]).not.toHaveProperty("tokens_per_second");
    expect(live.now(T + 2000).kvCache).toMatchObject({ cache_hits: 1110, cache_misses: 1110 });
    look(T + 3000, 80, 30);
    expect(live.now(T + 3000).engines).toMatchObject([{ tokens_per_second: 50 }]);
    expect(live.now(T + 3000).kvCache).toMatchObject({ cache_hits: 1130, hit_rate: 0.5 });
  });

  test("a histogram with other bounds begins anew", () => {
    const live = new LiveEngines(300);
    const look = (at: number, bounds: number[], counts: number[]) =>
      live.report(report(at, [engine({ ttft: { bounds, counts, sum: null } })]));
    look(T, [1], [0, 0]);
    look(T + 1000, [1], [8, 0]);
    look(T + 2000, [2], [0, 0]);
    look(T + 3000, [2], [4, 0]);
    expect(live.now(T + 3000).engines).toMatchObject([{ p50_ttft_ms: 1000 }]);
  });

  test("the cache: what no engine tells stands at zero and is named as unknown", () => {
    const live = new LiveEngines(300);
    live.report(report(T, [engine(cached({ usage: 0.25, hitRate: 0.75, capacity: 400 }))]));
    expect(live.now(T).kvCache).toEqual({
      cache_hits: 0,
      cache_misses: 0,
      hit_rate: 0.75,
      cache_size_bytes: 0,
      cache_entries: 100,
      evictions: 0,
      avg_lookup_time_ms: 0,
      engines: 1,
      usage: 0.25,
      unknown: [
        "cache_hits",
        "cache_misses",
        "cache_size_bytes",
        "evictions",
        "avg_lookup_time_ms",
      ],
    });
  });

  test("sources are bounded, whoever makes them up", () => {
    const live = new LiveEngines(300);
    for (let i = 0; i < 1000; i++) {
      live.report(report(T, [engine({ running: 1 })], { source: `s${i}` }));
    }
    expect(live.now(T).engines).toHaveLength(256);
  });
});

describe("[G4] host and engines on the stream", () => {
  const host = {
    cpu_usage: 1,
    memory_usage: 2,
    disk_usage: 3,
    network_in_bytes: 4,
    network_out_bytes: 5,
  };
  const around = { host, inFlight: 2, targets: [] };
  function begin() {
    const told: unknown[] = [];
    const board = new EngineBoard(300, {
      kvCache: (update) => told.push(update),
      rateLimit: (update) => told.push(update),
    });
    return { board, told };
  }

  test("without engines it is the doors' requests and no queue", () => {
    const { board, told } = begin();
    expect(board.tick(around, T)).toEqual({ ...host, active_workers: 2, queue_size: 0 });
    expect(board.view([])).toMatchObject({ engines: [], gpus: [], kv_cache: null, history: [] });
    expect(told).toEqual([]);
  });

  test("caches and limits are told when they change, and their end once", () => {
    const { board, told } = begin();
    const limit = { endpoint: "x", limit: 9, remaining: 3, reset_time: T, percentage_used: 66 };
    const say = (usage: number) =>
      board.intake.report(report(T, [engine(cached({ usage }))], { rateLimits: [limit] }));
    say(0.5);
    board.tick(around, T);
    board.tick(around, T + 1000);
    expect(told).toEqual([expect.objectContaining({ usage: 0.5 }), limit]);
    say(0.6);
    board.tick(around, T + 2000);
    expect(told).toHaveLength(3);
    board.intake.lost("a");
    board.tick(around, T + 3000);
    board.tick(around, T + 4000);
    expect(told.slice(3)).toEqual([expect.objectContaining({ engines: 0, cache_hits: 0 })]);
    expect(board.kvCache).toBeNull();
    expect(board.rateLimits).toEqual([]);
  });

  test("a GPU that two sources tell of is shown once, and the mean is over those that tell", () => {
    const { board } = begin();
    const own = [
      { index: 0, usage: 10, uuid: "A" },
      { index: 1, usage: 0, uuid: "B", unknown: ["usage"] },
      { index: 2, usage: 40, uuid: "C", memory_usage: 50 },
    ];
    const gpus = [
      { ...unknownGpu, index: 0, uuid: "A", usage: 20, host: "h" },
      { ...unknownGpu, index: 1, uuid: "B", instance: "1g 1", usage: null },
    ];
    board.intake.report(report(T, [], { gpus }));
    const system = board.tick({ ...around, host: { ...host, gpus: own } }, T);
    expect(system.gpus).toEqual([
      { index: 2, usage: 40, uuid: "C", memory_usage: 50 },
      { index: 0, usage: 20, uuid: "A", host: "h" },
      { index: 1, usage: 0, uuid: "B", instance: "1g 1", unknown: ["usage"] },
    ]);
    expect(system).toMatchObject({ gpu_usage: 30, gpu_memory_usage: 50 });
  });

  test("the last five minutes are held, a moment per second", () => {
    const { board } = begin();
    for (let tick = 0; tick < 1000; tick++) {
      const at = T + tick * 500;
      board.intake.report(report(at, [engine({ running: tick, waiting: 1 })]));
      board.tick(around, at);
    }
    const { history } = board.view([]);
    expect(history).toHaveLength(300);
    expect(history.at(-1)).toMatchObject({
      time: T + 499_000,
      active_workers: 999,
      queue_size: 1,
      engines: [{ name: "a", running: 999, waiting: 1 }],
    });
    expect(history[0]?.time).toBe(T + 200_000);
  });
});
