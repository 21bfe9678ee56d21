import { seededRandom } from "@telltale/testkit/fake-clock";
import fc from "@telltale/testkit/properties";
import { expect, it } from "vitest";
import { backoff, slowBackoff } from "../src/backoff.ts";

const options = { reconnectInterval: 1_000, maxReconnectInterval: 30_000, reconnectDecay: 1.5 };

it("[C4] waits between a quarter and five quarters of the step, never above the maximum", () => {
  fc.assert(
    fc.property(
      fc.nat(10_000),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.integer({ min: 1, max: 60_000 }),
      fc.integer({ min: 1, max: 60_000 }),
      fc.double({ min: 1, max: 5, noNaN: true }),
      (n, random, reconnectInterval, maxReconnectInterval, reconnectDecay) => {
        const options = { reconnectInterval, maxReconnectInterval, reconnectDecay };
        const v = Math.min(maxReconnectInterval, reconnectInterval * reconnectDecay ** n);
        const wait = backoff(n, random, options);
        expect(wait).toBeGreaterThanOrEqual(0.25 * v);
        expect(wait).toBeLessThanOrEqual(Math.min(1.25 * v, maxReconnectInterval) + 1e-6);
      },
    ),
  );
});

it("spreads the first retry evenly over a second", () => {
  const random = seededRandom(7);
  const bins = new Array<number>(10).fill(0);
  for (let client = 0; client < 10_000; client++) {
    const bin = Math.floor((backoff(0, random(), options) - 250) / 100);
    bins[bin] = (bins[bin] ?? 0) + 1;
  }
  // 1,000 expected in each; five standard deviations are 150.
  expect(Math.min(...bins)).toBeGreaterThan(850);
  expect(Math.max(...bins)).toBeLessThan(1_150);
});

it("gathers nobody at the maximum", () => {
  const random = seededRandom(7);
  const waits = Array.from({ length: 1_000 }, () => backoff(50, random(), options));
  expect(waits.filter((wait) => wait > 29_900).length).toBeLessThan(20);
});

it("keeps an overloaded server's clients away for 5 s to 60 s, longer each time", () => {
  for (let n = 0; n < 50; n++) {
    expect(slowBackoff(n, 0, options)).toBe(5_000);
    expect(slowBackoff(n, 0.999999, options)).toBeLessThanOrEqual(60_000);
  }
  expect(slowBackoff(0, 1, options)).toBe(20_000);
  expect(slowBackoff(9, 1, options)).toBe(60_000);
});
