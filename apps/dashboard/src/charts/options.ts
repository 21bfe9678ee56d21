import uPlot from "uplot";
import { clockTime } from "../format/time.ts";
import { type UnitName, units } from "../format/unit.ts";
import type { ChartColors } from "./colors.ts";
import { pointAt } from "./crosshair.ts";
import type { ChartSeries } from "./data.ts";

export interface Drawing {
  readonly kind: "line" | "bars";
  readonly unit: UnitName;
  readonly scale: "linear" | "log";
  /** Shade under the line: for one line only, or they hide each other. */
  readonly fill: boolean;
}

const FONT = '11px "Inter Variable", sans-serif';
const MINUTE_MS = 60_000;
const WHOLE = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7].flatMap((n) => [n, 2 * n, 5 * n]);

/** From zero, with a round top that leaves air; a flat zero line still has a scale. */
export function linearRange(max: number | null, unit: UnitName): [number, number] {
  if (unit === "percentage") return [0, 100];
  if (max === null || max <= 0) return [0, 1];
  return [0, max * 1.15];
}

/** Whole powers of ten around the data. */
export function logRange(min: number | null, max: number | null): [number, number] {
  if (min === null || max === null || max <= 0) return [1, 1000];
  const low = 10 ** Math.floor(Math.log10(Math.max(min, 0.1)));
  const high = 10 ** Math.ceil(Math.log10(Math.max(max, 1)));
  return [low, high > low ? high : low * 10];
}

/** What uPlot is told, apart from size and data. Line width 1: anything wider leaves the fast path. */
export function chartOptions(
  series: readonly ChartSeries[],
  drawing: Drawing,
  colors: ChartColors,
  size: { width: number; height: number },
): uPlot.Options {
  const log = drawing.scale === "log";
  const bars = uPlot.paths.bars?.({ size: [0.7, 16], align: 1 });
  return {
    ...size,
    ms: 1,
    padding: [8, 4, 0, 0],
    legend: { show: false },
    cursor: {
      sync: { key: "page", scales: ["x", null] },
      drag: { x: false, y: false },
      y: false,
      points: { show: drawing.kind === "line", size: 5 },
    },
    scales: {
      x: { time: true },
      y: log
        ? { distr: 3, range: (_u, min, max) => logRange(min, max) }
        : { range: (_u, _min, max) => linearRange(max, drawing.unit) },
    },
    axes: [
      {
        stroke: colors.text,
        font: FONT,
        size: 24,
        gap: 6,
        space: 72,
        grid: { show: false },
        ticks: { show: false },
        incrs: [MINUTE_MS / 4, MINUTE_MS / 2, MINUTE_MS, 2 * MINUTE_MS, 5 * MINUTE_MS],
        values: (_u, splits) =>
          splits.map((t) => (t % MINUTE_MS === 0 ? clockTime(t).slice(0, 5) : clockTime(t))),
      },
      {
        stroke: colors.text,
        font: FONT,
        size: 56,
        gap: 8,
        space: 36,
        grid: { stroke: colors.grid, width: 1, ...(log ? { filter: onlyPowers } : {}) },
        ticks: { show: false },
        // There is no half of a thing that is counted.
        ...(drawing.unit === "count" ? { incrs: WHOLE } : {}),
        values: (u, splits) =>
          splits.map((value) =>
            value === null || isEmpty(u) ? "" : axisText(value, drawing.unit),
          ),
        ...(log ? { filter: onlyPowers } : {}),
      },
    ],
    series: [
      {},
      ...series.map(({ label, color }): uPlot.Series => {
        const stroke = colors.resolve(color);
        return {
          label,
          stroke,
          width: drawing.kind === "bars" ? 0 : 1,
          spanGaps: false,
          // uPlot still marks a value that has a gap on both sides: as a line it would be nothing.
          points: { show: false, size: 4, fill: stroke },
          ...(drawing.kind === "bars" && bars ? { paths: bars, fill: stroke } : {}),
          ...(drawing.kind === "line" && drawing.fill ? { fill: colors.resolve(color, 0.12) } : {}),
        };
      }),
    ],
    hooks: {
      setCursor: [
        (u) => {
          if (!u.over.matches(":hover")) return;
          const { left } = u.cursor;
          pointAt(left === undefined || left < 0 ? null : u.posToVal(left, "x"));
        },
      ],
    },
  };
}

/** Without data a scale would only make figures up. */
function isEmpty(u: uPlot): boolean {
  return u.data.slice(1).every((column) => Array.from(column).every((value) => value == null));
}

/** An axis reads better without the zeros that say how exact a figure is: 20, not 20.0. */
function axisText(value: number, unit: UnitName): string {
  // Minutes and seconds do not fit beside a chart.
  const long = unit === "duration" && value >= 59_950 && value < 600_000;
  const text = long ? `${Math.round(value / 1000)}.0 s` : units[unit].short(value);
  return text.startsWith("$")
    ? text
    : text.replace(/\.(\d*[1-9])?0+(?=\D|$)/, (_all, kept) => (kept ? `.${kept}` : ""));
}

/** On a logarithmic scale a line per power of ten is enough. */
function onlyPowers(_u: uPlot, splits: number[]): (number | null)[] {
  return splits.map((value) => {
    const power = Math.log10(value);
    return Math.abs(power - Math.round(power)) < 1e-9 ? value : null;
  });
}
