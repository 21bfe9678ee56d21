import { expect, test } from "vitest";
import { behindOf, keptRange } from "../src/range/keep-range.ts";
import { DEFAULT_RANGE, type Range } from "../src/range/range.ts";

const point = { from: "2026-11-30T08:32:00.000Z", to: "2026-11-30T08:32:35.000Z" };
const past = { from: "2026-11-30T07:00:00.000Z", to: "2026-11-30T08:00:00.000Z" };

test("a range goes along from page to page, unless the next says its own", () => {
  expect(keptRange({ range: "1h" }, {})).toEqual({ range: "1h" });
  expect(keptRange(past, {})).toEqual(past);
  expect(keptRange(past, { range: "1m" })).toEqual({});
  expect(keptRange({ range: "1h" }, point)).toEqual({});
});

test("the time of a point that was clicked stays on the page it leads to", () => {
  const fixed: Range = { kind: "fixed", from: Date.parse(past.from), to: Date.parse(past.to) };
  for (const [range, kept] of [
    [{ kind: "live", ms: 300_000 }, {}],
    [{ kind: "live", ms: 3_600_000 }, { range: "1h" }],
    [fixed, past],
  ] as const) {
    const clicked = { ...point, behind: behindOf(range, DEFAULT_RANGE) };
    expect(keptRange({ range: "15m" }, clicked)).toEqual({});
    expect(keptRange(clicked, {})).toEqual(kept);
  }
});
