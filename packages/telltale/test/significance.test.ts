import fc from "@telltale/testkit/properties";
import { describe, expect, test } from "vitest";
import { project } from "../src/history/projection.ts";
import { significanceOf, twoSided } from "../src/history/significance.ts";
import type { Estimate } from "../src/history/store/analysis.ts";

const estimate = (value: number | null, count: number, standardError: number | null): Estimate => ({
  value,
  count,
  standardError,
});
const share = (failed: number, count: number): Estimate => {
  const p = failed / count;
  return estimate(p, count, Math.sqrt((p * (1 - p)) / count));
};

describe("significance", () => {
  test("the chance of a normal value is that of the tables", () => {
    for (const [z, p] of [
      [0, 1],
      [1, 0.317311],
      [1.959964, 0.05],
      [2.575829, 0.01],
      [4, 0.0000633],
    ] as const) {
      expect(twoSided(z)).toBeCloseTo(p, 6);
    }
  });

  test("two shares are tested as two proportions", () => {
    // 30 of 1000 against 15 of 1000: z = 2.262, p = 0.0237 by the textbook.
    const found = significanceOf(
      "error_rate",
      { value: share(30, 1000), against: share(15, 1000) },
      0.05,
    );
    expect(found.verdict).toBe("higher");
    expect(found.p).toBeCloseTo(0.0237, 4);
    expect(found.interval?.[0]).toBeGreaterThan(0);
  });

  test("counts are tested as those of two Poisson processes", () => {
    const sides = {
      value: estimate(130, 130, Math.sqrt(130)),
      against: estimate(100, 100, 10),
    };
    // 30 / √230 = 1.978
    expect(significanceOf("requests", sides, 0.05)).toMatchObject({ verdict: "higher" });
    expect(significanceOf("requests", sides, 0.01)).toMatchObject({ verdict: "no_difference" });
  });

  test("[Q9] little data, no data and no measure of doubt are never called a difference", () => {
    const few = { value: share(3, 10), against: share(0, 10) };
    expect(significanceOf("error_rate", few, 0.05)).toMatchObject({ verdict: "too_few", p: null });
    const tail = { value: estimate(9000, 100, 10), against: estimate(100, 100, 10) };
    expect(significanceOf("p99_latency_ms", tail, 0.05).verdict).toBe("too_few");
    expect(significanceOf("p50_latency_ms", tail, 0.05).verdict).toBe("higher");
    const nothing = { value: estimate(null, 0, null), against: estimate(1, 100, 1) };
    expect(significanceOf("cost", nothing, 0.05).verdict).toBe("not_tested");
    const most = { value: estimate(9, 100, null), against: estimate(1, 100, null) };
    expect(significanceOf("max_latency_ms", most, 0.05).verdict).toBe("not_tested");
  });

  test("[Q9] the same on both sides is no difference, and sides exchanged turn the verdict round", () => {
    const side = fc
      .record({
        value: fc.integer({ min: 1, max: 1e6 }),
        count: fc.integer({ min: 30, max: 1e5 }),
        spread: fc.integer({ min: 1, max: 1e5 }),
      })
      .map(({ value, count, spread }) => estimate(value, count, spread));
    const turned = { higher: "lower", lower: "higher" } as Record<string, string>;
    fc.assert(
      fc.property(side, side, (value, against) => {
        expect(significanceOf("avg_latency_ms", { value, against: value }, 0.05).verdict).toBe(
          "no_difference",
        );
        const there = significanceOf("avg_latency_ms", { value, against }, 0.05);
        const back = significanceOf("avg_latency_ms", { value: against, against: value }, 0.05);
        expect(back.verdict).toBe(turned[there.verdict] ?? there.verdict);
        expect(back.p).toBeCloseTo(there.p ?? 0, 12);
      }),
    );
  });
});

describe("the projection of a month", () => {
  const day = 86_400_000;
  const november = Date.UTC(2026, 10, 1);
  /** Cost of each of the days before `now`, the last one being `now`'s. */
  const daily = (first: number, costs: readonly number[]) =>
    new Map(costs.map((cost, i) => [first + i * day, cost]));

  test("of even days is exact, and its band is nothing wide", () => {
    const now = november + 10 * day + day / 2;
    const found = project(daily(november - 18 * day, Array<number>(28).fill(10).concat(5)), now);
    expect(found).toMatchObject({ month: "2026-11", spent: 105, days: 28, from: november });
    expect(found.projected).toBeCloseTo(300, 9);
    expect(found.low).toBeCloseTo(300, 9);
    expect(found.high).toBeCloseTo(300, 9);
  });

  test("takes weekends apart once there are two weeks", () => {
    const first = november - 18 * day;
    const costs = Array.from({ length: 28 }, (_, i) => {
      const weekday = new Date(first + i * day).getUTCDay();
      return weekday === 0 || weekday === 6 ? 2 : 10;
    });
    const found = project(daily(first, costs), november + 10 * day);
    // November 2026 has 9 days of weekend and 21 others.
    expect(found.projected).toBeCloseTo(21 * 10 + 9 * 2, 9);
    expect(found.method).toContain("weekends apart");
  });

  test("is never below what is spent, and is none from fewer than three days", () => {
    const now = november + 2 * day + 1;
    const wild = project(daily(november - 3 * day, [1000, 0, 0, 500, 0, 0]), now);
    expect(wild.low).toBe(wild.spent);
    expect(wild.high).toBeGreaterThan(wild.projected ?? 0);
    const young = project(daily(november, [7, 3]), november + 2 * day - 1);
    expect(young).toMatchObject({ spent: 10, projected: null, low: null, high: null, days: 1 });
    expect(project(new Map(), now)).toMatchObject({ spent: 0, projected: null, days: 0 });
  });

  test("[Q10] holds nine of ten months whose days vary as the days before did", () => {
    let seed = 1;
    const chance = (): number => {
      seed = (seed * 48271) % 2147483647;
      return seed / 2147483647;
    };
    const draw = (): number => 50 + 20 * (chance() + chance() + chance() - 1.5);
    let inside = 0;
    const months = 1000;
    for (let i = 0; i < months; i++) {
      const costs = Array.from({ length: 48 }, draw);
      const found = project(daily(november - 18 * day, costs.slice(0, 28)), november + 10 * day);
      const actual = costs.slice(18).reduce((a, b) => a + b, 0);
      if (actual >= (found.low ?? 0) && actual <= (found.high ?? 0)) inside += 1;
    }
    expect(inside / months).toBeGreaterThan(0.86);
    expect(inside / months).toBeLessThan(0.94);
  });
});
