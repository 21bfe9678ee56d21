import { seededRandom } from "@telltale/testkit/seeded-random";
import { afterEach, expect, test } from "vitest";
import { createDemoEngines, type DemoEngines } from "../src/cli/demo/engines.ts";
import { decode } from "../src/ingest/prometheus/decode.ts";
import { fetchPage } from "../src/ingest/prometheus/fetch.ts";
import { Page } from "../src/ingest/prometheus/page.ts";
import { parseExposition } from "../src/ingest/prometheus/text.ts";
import { EngineBoard } from "../src/live/engine-board.ts";

let demo: DemoEngines | undefined;
afterEach(async () => {
  await demo?.close();
  demo = undefined;
});

test("the demo's engines and GPUs are scraped like real ones, and live", async () => {
  let now = 1_780_000_000_000;
  const engines = await createDemoEngines({ random: seededRandom(7), now: () => now });
  demo = engines;
  const board = new EngineBoard(300, { kvCache() {}, rateLimit() {} });
  const host = {
    cpu_usage: 0,
    memory_usage: 0,
    disk_usage: 0,
    network_in_bytes: 0,
    network_out_bytes: 0,
  };
  const waits = new Set<number>();
  const places: { inside: number; ttft: number; gap: number }[] = [];
  const usage = { prompt: 700, cached: 256, completion: 170, reasoning: 0 };
  const random = seededRandom(8);
  let open: { over: number; leave: () => void }[] = [];
  const loads = new Set<number>();
  for (let second = 0; second < 200; second++, now += 1000) {
    for (const { leave } of open.filter(({ over }) => over <= now)) leave();
    open = open.filter(({ over }) => over > now);
    const calls = Math.floor(3 * random() * (1 + Math.sin(second / 15)));
    for (let call = 0; call < calls; call++) {
      const inside = open.length;
      const { ttft, gap, leave } = engines.take(usage);
      places.push({ inside, ttft, gap });
      open.push({ over: now + 1000 * (ttft + usage.completion * gap), leave });
    }
    for (const target of engines.targets) {
      const source = { name: target.name, at: now, validFor: 5000 };
      const text = await fetchPage(target, new AbortController().signal);
      const decoded = decode(Page.of(parseExposition(text), now), source);
      board.intake.report({ ...decoded, ...source, source: target.name });
    }
    const system = board.tick({ host, inFlight: 0, targets: [] }, now);
    waits.add(system.queue_size);
    loads.add(Math.round(system.gpu_usage ?? 0));
    const running = (system.engines ?? []).reduce((sum, each) => sum + (each.running ?? 0), 0);
    expect(running + system.queue_size).toBe(open.length);
    expect(system.engines).toHaveLength(2);
    expect(system.gpus).toHaveLength(2);
    for (const engine of system.engines ?? []) {
      expect(engine.kv_cache_usage).toBeGreaterThanOrEqual(0);
      expect(engine.kv_cache_usage).toBeLessThanOrEqual(1);
    }
  }
  const last = board.system?.engines?.[0];
  expect(last?.tokens_per_second).toBeGreaterThan(10);
  expect(last?.p95_ttft_ms).toBeGreaterThan(last?.p50_ttft_ms ?? Number.POSITIVE_INFINITY);
  expect(board.kvCache).toMatchObject({
    engines: 2,
    unknown: ["cache_size_bytes", "avg_lookup_time_ms"],
  });
  expect(board.kvCache?.hit_rate).toBeGreaterThan(0.1);
  expect(places.length).toBeGreaterThan(100);
  // Who calls a busy engine waits for longer.
  places.sort((a, b) => a.inside - b.inside);
  const [idle, busy] = [places.slice(0, 50), places.slice(-50)];
  const mean = (some: typeof places, of: "ttft" | "gap"): number =>
    some.reduce((sum, each) => sum + each[of], 0) / some.length;
  expect(mean(busy, "ttft")).toBeGreaterThan(2 * mean(idle, "ttft"));
  expect(mean(busy, "gap")).toBeGreaterThan(1.2 * mean(idle, "gap"));
  expect(waits.size).toBeGreaterThan(3);
  expect(loads.size).toBeGreaterThan(10);
});
