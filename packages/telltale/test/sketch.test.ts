import fc from "@telltale/testkit/properties";
import { expect, test } from "vitest";
import { bucketOf, Sketch } from "../src/live/sketch.ts";

function exact(values: readonly number[], q: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

const quantiles = [0.5, 0.9, 0.95, 0.99, 0.999];

test("[F1] every quantile is within 1% of the exact one, whatever the distribution", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.01, max: 1e8, noNaN: true }), { minLength: 1, maxLength: 300 }),
      (values) => {
        const sketch = new Sketch();
        for (const value of values) sketch.add(bucketOf(value));
        for (const q of quantiles) {
          const truth = exact(values, q);
          expect(Math.abs((sketch.quantile(q) ?? 0) - truth) / truth).toBeLessThanOrEqual(0.01);
        }
      },
    ),
  );
});

test("[F1] a merge says what one sketch of all values would", () => {
  fc.assert(
    fc.property(
      fc.array(fc.double({ min: 0.01, max: 1e6, noNaN: true }), { maxLength: 100 }),
      fc.array(fc.double({ min: 0.01, max: 1e6, noNaN: true }), { maxLength: 100 }),
      (left, right) => {
        const [a, b, both] = [new Sketch(), new Sketch(), new Sketch()];
        for (const value of left) a.add(bucketOf(value));
        for (const value of right) b.add(bucketOf(value));
        for (const value of [...left, ...right]) both.add(bucketOf(value));
        a.merge(b);
        for (const q of quantiles) expect(a.quantile(q)).toBe(both.quantile(q));
      },
    ),
  );
});

test("what was added can be taken out again", () => {
  const sketch = new Sketch();
  for (const value of [10, 20, 30, 4000]) sketch.add(bucketOf(value));
  sketch.remove(bucketOf(4000));
  expect(sketch.total).toBe(3);
  expect(sketch.quantile(0.99)).toBeCloseTo(30, 0);
  for (const value of [10, 20, 30]) sketch.remove(bucketOf(value));
  expect(sketch.quantile(0.5)).toBeUndefined();
});

test("zero and values beyond the range have a bucket", () => {
  const sketch = new Sketch();
  sketch.add(bucketOf(0));
  expect(sketch.quantile(0.5)).toBe(0);
  sketch.add(bucketOf(1e15));
  sketch.add(bucketOf(1e15));
  expect(sketch.quantile(0.99)).toBeGreaterThan(9e8);
});
