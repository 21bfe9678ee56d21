import { expect, test } from "vitest";
import { markOf } from "../src/alerts/AlertAnnotations.tsx";
import { nearest, placeLabels, shortName } from "../src/charts/mark-labels.ts";
import { clockTime } from "../src/format/time.ts";

test("labels stand where no line and no other label is, shorter where a long one has no room", () => {
  const widths = [100, 40];
  // As in a chart of which the second and third line are 60 apart: "resolved" and "fired" overlapped.
  const places = placeLabels(
    [10, 150, 210, 215].map((x) => ({ x, widths })),
    0,
    300,
  );
  expect(places).toEqual([
    { wish: 0, side: "right" },
    { wish: 1, side: "right" },
    undefined,
    { wish: 1, side: "right" },
  ]);
});

test("no label sticks out of the chart, and none overlaps another", () => {
  const lines = Array.from({ length: 30 }, (_each, index) => ({
    x: (index * index * 7) % 600,
    widths: [90, 35],
  }));
  const boxes = placeLabels(lines, 0, 600).flatMap((place, index) => {
    const line = lines[index];
    const width = place && line?.widths[place.wish];
    if (!line || width === undefined) return [];
    const start = place?.side === "right" ? line.x + 3 : line.x - 3 - width;
    return [[start, start + width] as const];
  });
  expect(boxes.length).toBeGreaterThan(1);
  const sorted = boxes.toSorted(([a], [b]) => a - b);
  for (const [index, [start, end]] of sorted.entries()) {
    expect(start).toBeGreaterThanOrEqual(sorted[index - 1]?.[1] ?? 0);
    expect(end).toBeLessThanOrEqual(600);
  }
});

test("what is near the pointer is told, nearest first, by rule, model, value and time", () => {
  expect(nearest([10, 14, 40], (x) => x, 13, 6)).toEqual([14, 10]);
  expect(shortName("A rule with a name that goes on and on")).toBe("A rule with a name that…");
  const at = Date.parse("2026-11-30T08:32:10Z");
  const mark = markOf({
    seq: 1,
    at,
    state: "firing",
    alert_id: "a",
    rule_id: "r",
    name: "High error rate",
    kind: "threshold",
    severity: "high",
    model: "gpt-4o",
    metric: "error_rate",
    value: 0.12,
    threshold: 0.05,
    message: "",
    started_at: at,
    fired_at: at,
    silenced: false,
  });
  expect(mark.detail).toBe(
    `High error rate fired · gpt-4o · 12.0%, limit 5.00% · ${clockTime(at)}`,
  );
});
