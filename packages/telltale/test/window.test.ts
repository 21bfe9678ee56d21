import fc from "@telltale/testkit/properties";
import { expect, test } from "vitest";
import { Window } from "../src/live/window.ts";
import { request } from "./make.ts";

const T0 = 1_700_000_000_000;

test("averages and shares cover the trailing window only", () => {
  const window = new Window(300);
  window.add(request({ created: T0 - 1000, latencyMs: 1000 }), T0);
  window.add(request({ created: T0 + 200_000, latencyMs: 3000, status: "error" }), T0 + 203_000);
  expect(window.figures()).toMatchObject({ requests: 2, avgLatency: 2000, errorRate: 0.5 });
  window.advance(T0 + 301_000);
  expect(window.figures()).toMatchObject({ requests: 1, avgLatency: 3000, errorRate: 1 });
  window.advance(T0 + 900_000);
  expect(window.figures()).toMatchObject({ requests: 0, avgLatency: 0, errorRate: 0 });
  expect(window.figures().latency.p50).toBeUndefined();
});

test("[F2] rates are over exactly the last ten seconds", () => {
  const window = new Window(300);
  for (let i = 0; i < 50; i++) window.add(request({ created: T0, latencyMs: 0 }), T0);
  expect(window.rates(T0).requests).toBe(5);
  expect(window.rates(T0 + 9999).requests).toBe(5);
  expect(window.rates(T0 + 10_500).requests).toBeCloseTo(2.5);
  expect(window.rates(T0 + 11_000).requests).toBe(0);
});

test("a percentile is never beyond what was measured, and of one value is that value", () => {
  const window = new Window(300);
  window.add(request({ created: T0 - 830, latencyMs: 830, ttftMs: 117 }), T0);
  expect(window.figures().latency).toEqual({ p50: 830, p95: 830, p99: 830 });
  expect(window.figures().ttft).toEqual({ p50: 117, p95: 117, p99: 117 });
  window.advance(T0 + 400_000);
  expect(window.figures().latency.p50).toBeUndefined();
});

test("a late report lands in the second it belongs to, an old one nowhere", () => {
  const window = new Window(300);
  window.add(request({ created: T0 - 60_000, latencyMs: 0 }), T0);
  expect(window.rates(T0).requests).toBe(0);
  expect(window.figures().requests).toBe(1);
  window.add(request({ created: T0 - 400_000, latencyMs: 0 }), T0);
  expect(window.figures().requests).toBe(1);
});

test("an end in the future counts as now", () => {
  const window = new Window(300);
  window.add(request({ created: T0 + 3_600_000 }), T0);
  expect(window.rates(T0).requests).toBeCloseTo(0.1);
});

test("[F2] equals a recount from scratch, whatever came in whatever order", () => {
  const step = fc.record({
    wait: fc.integer({ min: 0, max: 40_000 }),
    age: fc.integer({ min: 0, max: 120_000 }),
    latency: fc.integer({ min: 1, max: 60_000 }),
    failed: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
      const window = new Window(60);
      const all: { end: number; latency: number; failed: boolean }[] = [];
      let now = T0;
      for (const { wait, age, latency, failed } of steps) {
        now += wait;
        const created = now - age - latency;
        window.add(
          request({ created, latencyMs: latency, status: failed ? "error" : "success" }),
          now,
        );
        all.push({ end: now - age, latency, failed });
      }
      const newest = Math.floor(now / 1000);
      const inside = all.filter(({ end }) => Math.floor(end / 1000) > newest - 60);
      // A late event that was outside when it came stays outside; inside now means inside then.
      const figures = window.figures();
      expect(figures.requests).toBe(inside.length);
      const sum = inside.reduce((total, { latency }) => total + latency, 0);
      expect(figures.avgLatency).toBeCloseTo(inside.length > 0 ? sum / inside.length : 0, 6);
      const failures = inside.filter(({ failed }) => failed).length;
      expect(figures.errorRate).toBeCloseTo(inside.length > 0 ? failures / inside.length : 0, 9);
    }),
  );
});
