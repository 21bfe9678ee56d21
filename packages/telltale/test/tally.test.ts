import fc from "fast-check";
import { expect, test } from "vitest";
import { BUCKETS, Sketch } from "../src/live/sketch.ts";
import { Tally } from "../src/live/tally.ts";

const buckets = fc.array(fc.nat(BUCKETS - 1), { maxLength: 50 });
const shares = [0, 0.25, 0.5, 0.75, 1];

test("what a tally holds is taken out of a sketch, and no more, listed or counted", () => {
  fc.assert(
    fc.property(buckets, buckets, fc.constantFrom(0, 3 * BUCKETS), (kept, some, many) => {
      const added = [...some, ...Array.from({ length: many }, (_, i) => (i * 7) % BUCKETS)];
      const removed = some.slice(0, some.length / 2);
      const tally = new Tally();
      const sketch = new Sketch();
      for (const bucket of [...kept, ...added]) sketch.add(bucket);
      for (const bucket of added) tally.add(bucket);
      for (const bucket of removed) expect(tally.remove(bucket)).toBe(true);
      tally.takeFrom(sketch);
      const expected = new Sketch();
      for (const bucket of [...kept, ...removed]) expected.add(bucket);
      expect(sketch.total).toBe(expected.total);
      expect(shares.map((q) => sketch.quantile(q))).toEqual(
        shares.map((q) => expected.quantile(q)),
      );
    }),
    { numRuns: 50 },
  );
});

test("what a tally does not hold is not taken out", () => {
  const tally = new Tally();
  tally.add(3);
  expect(tally.remove(4)).toBe(false);
  expect(tally.remove(3)).toBe(true);
  expect(tally.remove(3)).toBe(false);
});
