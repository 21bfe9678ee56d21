import uPlot from "uplot";
import { calendarDay, clockMinutes, clockTime } from "../format/time.ts";
import { type UnitName, units } from "../format/unit.ts";
import { timeZone } from "../format/zone.ts";
import { preferences } from "../preferences/preferences.ts";
import { drawAnnotations, type Limit, type Mark, withLimits } from "./annotations.ts";
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
/** Pixels, at the font of the axes. */
const DIGIT = 6.5;
const AXIS_GAP = 8;
const LEAST_AXIS = 56;
const HALF_A_TIME = 12;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const TIMES = [
  ...[1 / 12, 1 / 6, 1 / 4, 1 / 2, 1, 2, 5, 10, 15, 30].map((n) => n * MINUTE_MS),
  ...[1, 2, 3, 6, 12].map((n) => n * HOUR_MS),
  ...[1, 2, 5, 10].map((n) => n * DAY_MS),
];
const WHOLE = [1, 10, 100, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12].flatMap((n) => [
  n,
  2 * n,
  5 * n,
]);

/** From zero, with a round top that leaves air; a flat zero line still has a scale. */
export function linearRange(max: number | null, unit: UnitName): [number, number] {
  if (unit === "percentage") return [0, 100];
  if (max === null || max <= 0) return [0, unit.startsWith("bytes") ? 10 : 1];
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
  onZoom?: (from: number, to: number) => void,
  annotations?: () => { readonly marks: readonly Mark[]; readonly limits: readonly Limit[] },
): uPlot.Options {
  const log = drawing.scale === "log";
  const bars = uPlot.paths.bars?.({ size: [0.7, 16], align: 1 });
  const zone = timeZone();
  return {
    ...size,
    ms: 1,
    ...(zone && { tzDate: (t: number) => uPlot.tzDate(new Date(t), zone) }),
    padding: [8, 4, 0, 0],
    legend: { show: false },
    cursor: {
      sync: { key: "page", scales: ["x", null] },
      drag: { x: onZoom !== undefined, y: false, setScale: false, dist: 8 },
      y: false,
      points: { show: drawing.kind === "line", size: 5 },
    },
    scales: {
      x: { time: true },
      y: log
        ? { distr: 3, range: (_u, min, max) => logRange(min, max) }
        : {
            range: (_u, _min, max) =>
              linearRange(withLimits(max, annotations?.().limits ?? []), drawing.unit),
          },
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
        incrs: TIMES,
        values: (u, splits, _axis, _space, increment) =>
          splits.map((t) => (isCut(u, t) ? "" : timeText(t, increment))),
      },
      {
        stroke: colors.text,
        font: FONT,
        size: (_u, values) => sizeFor(values),
        gap: AXIS_GAP,
        space: 36,
        grid: { stroke: colors.grid, width: 1, ...(log ? { filter: onlyPowers } : {}) },
        ticks: { show: false },
        ...(isWhole(drawing.unit) ? { incrs: WHOLE } : {}),
        values: (u, splits) =>
          splits.map((value) =>
            value === null || isEmpty(u) ? "" : axisText(value, drawing.unit),
          ),
        ...(log ? { filter: onlyPowers } : {}),
      },
    ],
    series: [
      {},
      ...series.map(({ label, color, dashed }): uPlot.Series => {
        const stroke = colors.resolve(color);
        const barred = drawing.kind === "bars" && !dashed;
        return {
          label,
          stroke,
          width: barred ? 0 : 1,
          spanGaps: false,
          ...(dashed && { dash: [4, 4] }),
          // A value that has a gap on both sides would be nothing as a line.
          points: !barred
            ? { show: true, size: 6, width: 0, fill: stroke, filter: alone }
            : { show: false },
          ...(barred && bars ? { paths: bars, fill: stroke } : {}),
          ...(drawing.kind === "line" && drawing.fill && !dashed
            ? { fill: colors.resolve(color, 0.12) }
            : {}),
        };
      }),
    ],
    hooks: {
      ...(annotations && { draw: [(u: uPlot) => drawAnnotations(u, colors, annotations())] }),
      setSelect: [
        (u) => {
          const { left, width } = u.select;
          if (width <= 0) return;
          onZoom?.(u.posToVal(left, "x"), u.posToVal(left + width, "x"));
          u.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
        },
      ],
      setCursor: [
        (u) => {
          if (!u.over.matches(":hover")) return;
          const { left } = u.cursor;
          pointAt(u, left === undefined || left < 0 ? null : u.posToVal(left, "x"));
        },
      ],
    },
  };
}

/** Whether the text at a time would stick out of the chart. */
function isCut(u: uPlot, t: number): boolean {
  const at = u.valToPos(t, "x");
  return at > u.over.clientWidth - HALF_A_TIME;
}

/** Room for the longest text of a scale: a cost in millionths is longer than most. */
function sizeFor(values: readonly string[] | null): number {
  const longest = Math.max(0, ...(values ?? []).map((text) => text.length));
  return Math.max(LEAST_AXIS, Math.ceil(longest * DIGIT) + AXIS_GAP);
}

/** There is no half of a thing that is counted, nor of a byte. */
function isWhole(unit: UnitName): boolean {
  return unit === "count" || unit === "bytes" || unit === "bytesPerSecond";
}

/** Seconds where they matter, days where the clock says nothing. */
function timeText(t: number, increment: number): string {
  if (increment >= DAY_MS || (increment >= HOUR_MS && isMidnight(t))) {
    return calendarDay(t);
  }
  return increment < MINUTE_MS && t % MINUTE_MS !== 0 ? clockTime(t) : clockMinutes(t);
}

function isMidnight(t: number): boolean {
  const zone = timeZone();
  const date = zone ? uPlot.tzDate(new Date(t), zone) : new Date(t);
  return date.getHours() === 0 && date.getMinutes() === 0;
}

/** The values whose neighbours are unknown. */
function alone(u: uPlot, series: number): number[] {
  const values = u.data[series] ?? [];
  const indices: number[] = [];
  let before: number | null = null;
  for (let index = 0; index < values.length; index++) {
    const value = values[index] ?? null;
    if (value !== null && before === null && (values[index + 1] ?? null) === null) {
      indices.push(index);
    }
    before = value;
  }
  return indices;
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
  // In other languages a point may group thousands.
  return unit === "money" || preferences().locale !== "plain"
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
