import { describe, expect, test } from "vitest";
import { fromZoned, midnightOf, zonedInput } from "../src/format/zone.ts";
import { everyStep } from "../src/history/use-series.ts";
import { sidesOf } from "../src/pages/compare-sides.ts";
import { stepsOf } from "../src/panels/StoredCharts.tsx";
import { defaults, readPreferences, setPreferences } from "../src/preferences/preferences.ts";
import { rangeOf, readRangeSearch, searchOf, stepFor } from "../src/range/range.ts";
import { exactSpanOf, isStreamed, spanOf } from "../src/range/use-span.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("a time range", () => {
  test("says in the address what it is and comes back the same", () => {
    for (const range of [
      { kind: "live", ms: HOUR },
      { kind: "live", ms: 5 * MINUTE },
      { kind: "fixed", from: 1_700_000_000_000, to: 1_700_000_360_000 },
    ] as const) {
      expect(rangeOf(readRangeSearch({ ...searchOf(range) }))).toEqual(range);
    }
  });

  test("that can not be read is the usual one", () => {
    expect(readRangeSearch({ range: "12 parsecs", from: "soon", to: "later" })).toEqual({});
    expect(readRangeSearch({ from: 2_000, to: 1_000 })).toEqual({});
    expect(rangeOf({}, "24h")).toEqual({ kind: "live", ms: 24 * HOUR });
    expect(rangeOf({}, "nonsense")).toEqual({ kind: "live", ms: 5 * MINUTE });
  });

  test("is asked for in whole steps that hold all of it", () => {
    const now = 1_700_000_012_345;
    for (const ms of [MINUTE, HOUR, 24 * HOUR, 30 * 24 * HOUR]) {
      const { from, to, step } = spanOf({ kind: "live", ms }, now);
      expect(step).toBe(stepFor(ms));
      expect([from % step, to % step]).toEqual([0, 0]);
      expect(from).toBeLessThanOrEqual(now - ms);
      expect(to).toBeGreaterThanOrEqual(now);
      expect((to - from) / step).toBeLessThanOrEqual(242);
    }
    expect(isStreamed({ kind: "live", ms: 15 * MINUTE })).toBe(true);
    expect(isStreamed({ kind: "live", ms: HOUR })).toBe(false);
    expect(isStreamed({ kind: "fixed", from: 0, to: MINUTE })).toBe(false);
  });
});

test("the last 24 hours end now, and the day before ends where they begin", () => {
  const now = Date.parse("2026-11-30T08:24:31Z");
  const span = exactSpanOf({ kind: "live", ms: 24 * HOUR }, now, 120);
  expect([span.from, span.to, span.step]).toEqual([now - 24 * HOUR, now, 30 * MINUTE]);
  for (const against of [undefined, "day"] as const) {
    const [, before] = sidesOf(against ? { against } : {}, span);
    expect(span.to - before.before).toBe(span.from);
  }
});

test("held against the time before, a range keeps the steps in which it was drawn", () => {
  const range = { kind: "live", ms: 5 * MINUTE } as const;
  const steps = stepsOf(range);
  expect(steps).toEqual({ line: 10_000, bars: 5_000 });
  expect(stepsOf({ kind: "live", ms: 15 * MINUTE })).toEqual({ line: 10_000, bars: 15_000 });
  const span = spanOf(range, 1_700_000_012_345, undefined, steps.line);
  expect([span.step, span.from % 10_000, span.to % 10_000]).toEqual([10_000, 0, 0]);
  expect(stepsOf({ kind: "live", ms: HOUR })).toEqual({});
});

describe("a stored series", () => {
  const line = { points: [[2_000, 5] as const] };

  test("is zero where nothing happened, unknown before data begin and ahead", () => {
    const span = { from: 0, to: 5_000, step: 1_000 };
    expect(everyStep(line, span, 0, 1_000, 4_500)).toEqual([
      [0, null],
      [1_000, 0],
      [2_000, 5],
      [3_000, 0],
      [4_000, null],
    ]);
    expect(everyStep(line, span, null, 1_000, 4_500).map(([, value]) => value)).toEqual([
      null,
      null,
      5,
      null,
      null,
    ]);
  });

  test("shows what there is of the step that runs, and of a short one where that is all", () => {
    const half = 30 * MINUTE;
    const running = { from: 0, to: 2 * half, step: half };
    expect(everyStep({ points: [[half, 7]] }, running, 0, half, half + 10 * MINUTE)).toEqual([
      [0, null],
      [half, 7],
    ]);
    const short = { from: 0, to: 60_000, step: 30_000 };
    expect(everyStep({ points: [[30_000, 7]] }, short, 0, 30_000, 40_000)[1]).toEqual([30_000, 7]);
    expect(everyStep({ points: [[30_000, 7]] }, short, 0, 0, 40_000)[1]).toEqual([30_000, null]);
  });

  test("has its steps where the clock has them, whenever its range begins", () => {
    const span = { from: 1_400, to: 3_400, step: 1_000 };
    expect(everyStep(line, span, 0, 0, 9_000)).toEqual([
      [1_000, 0],
      [2_000, 5],
      [3_000, null],
    ]);
  });

  test("does not take a step for over that the span only begins", () => {
    const asked = { from: 0, to: 2_500, step: 1_000 };
    const points = everyStep(
      {
        points: [
          [0, 4],
          [1_000, 5],
          [2_000, 1],
        ],
      },
      asked,
      0,
      0,
      9_000,
    );
    expect(points.at(-1)).toEqual([2_000, null]);
  });

  test("shows a long step while it runs", () => {
    const day = 24 * HOUR;
    const today = everyStep(
      { points: [[day, 3]] },
      { from: day, to: 2 * day, step: day },
      0,
      0,
      day + 1,
    );
    expect(today).toEqual([[day, 3]]);
  });
});

describe("preferences", () => {
  test("keep what can be understood and the defaults for the rest", () => {
    expect(readPreferences({ timeZone: "Mars/Olympus", density: "comfortable", spam: 1 })).toEqual({
      ...defaults,
      density: "comfortable",
    });
    expect(readPreferences("nonsense")).toEqual(defaults);
    expect(readPreferences({ locale: "not a tag", perDollar: -1, currency: "euro" })).toEqual(
      defaults,
    );
  });

  test("a moment in the reader's zone is the same moment again, also around a change of the clocks", () => {
    for (const zone of ["UTC", "Europe/Zurich", "Asia/Kathmandu", "America/New_York"]) {
      setPreferences({ timeZone: zone });
      // 2026-03-29 01:00 UTC and 2026-10-25 01:00 UTC are when Europe changes its clocks.
      for (const at of [1_774_746_000_000, 1_792_890_000_000, 1_790_000_000_000]) {
        for (const ms of [at - 2 * HOUR, at, at + 3 * HOUR]) {
          expect(fromZoned(zonedInput(ms))).toBe(ms);
        }
      }
    }
    setPreferences(defaults);
    expect(fromZoned("")).toBeNull();
  });

  test("a day begins at the reader's midnight, and has 23 or 25 hours when the clocks change", () => {
    const at = (text: string): number => Date.parse(text);
    setPreferences({ timeZone: "Europe/Zurich" });
    expect(midnightOf(at("2026-03-29T20:00Z"))).toBe(at("2026-03-28T23:00Z"));
    expect(midnightOf(at("2026-03-30T20:00Z"))).toBe(at("2026-03-29T22:00Z"));
    expect(midnightOf(at("2026-10-25T22:59Z"))).toBe(at("2026-10-24T22:00Z"));
    setPreferences({ timeZone: "Asia/Kathmandu" });
    expect(midnightOf(at("2026-11-30T18:14Z"))).toBe(at("2026-11-29T18:15Z"));
    expect(midnightOf(at("2026-11-30T18:15Z"))).toBe(at("2026-11-30T18:15Z"));
    setPreferences(defaults);
  });
});
