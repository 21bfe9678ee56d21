import { expect, test } from "vitest";
import { shifted, zoomed } from "../src/range/moves.ts";

const NOW = Date.UTC(2026, 10, 23, 12);
const HOUR = 3_600_000;

test("[X2] back from now and on again is now", () => {
  const back = shifted({ kind: "live", ms: HOUR }, -1, NOW);
  expect(back).toEqual({ kind: "fixed", from: NOW - 1.5 * HOUR, to: NOW - 0.5 * HOUR });
  expect(shifted(back, 1, NOW)).toEqual({ kind: "live", ms: HOUR });
});

test("a range without a name stops at now and does not go beyond", () => {
  const odd = { kind: "fixed", from: NOW - 100 * 60_000, to: NOW - 60_000 } as const;
  expect(shifted(odd, 1, NOW)).toEqual({ kind: "fixed", from: NOW - 99 * 60_000, to: NOW });
});

test("a live range goes through the presets and stays at their ends", () => {
  expect(zoomed({ kind: "live", ms: HOUR }, "out", NOW)).toEqual({ kind: "live", ms: 6 * HOUR });
  expect(zoomed({ kind: "live", ms: HOUR }, "in", NOW)).toEqual({ kind: "live", ms: HOUR / 4 });
  expect(zoomed({ kind: "live", ms: 60_000 }, "in", NOW)).toEqual({ kind: "live", ms: 60_000 });
  const month = { kind: "live", ms: 30 * 24 * HOUR } as const;
  expect(zoomed(month, "out", NOW)).toEqual(month);
});

test("a range that stands still halves and doubles around its middle, never past now", () => {
  const range = { kind: "fixed", from: NOW - 4 * HOUR, to: NOW - 2 * HOUR } as const;
  expect(zoomed(range, "in", NOW)).toEqual({
    kind: "fixed",
    from: NOW - 3.5 * HOUR,
    to: NOW - 2.5 * HOUR,
  });
  expect(zoomed(range, "out", NOW)).toEqual({
    kind: "fixed",
    from: NOW - 5 * HOUR,
    to: NOW - HOUR,
  });
  expect(zoomed({ kind: "fixed", from: NOW - HOUR, to: NOW }, "out", NOW)).toEqual({
    kind: "fixed",
    from: NOW - 2 * HOUR,
    to: NOW,
  });
});
