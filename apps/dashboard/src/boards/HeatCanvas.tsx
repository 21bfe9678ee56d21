import { type PointerEvent, useEffect, useRef, useState } from "react";
import { chartColors } from "../charts/colors.ts";
import { count } from "../format/number.ts";
import { calendarDay, clockMinutes, clockTime } from "../format/time.ts";
import { type UnitName, units } from "../format/unit.ts";
import { useThemeVersion } from "../theme/theme.ts";
import type { HeatGrid } from "./heat-cells.ts";

interface HeatCanvasProps {
  readonly grid: HeatGrid;
  readonly unit: UnitName;
}

const BOTTOM = 20;
const TOP = 4;
const SHADES = 12;
const DAY_MS = 86_400_000;
const FONT = '11px "Inter Variable", sans-serif';

const timeText = (t: number, step: number): string =>
  step >= DAY_MS ? calendarDay(t) : step < 60_000 ? clockTime(t) : clockMinutes(t);

/** Few requests are to be seen as well as many: the shade grows with the logarithm. */
const shadeOf = (requests: number, most: number): number =>
  Math.max(1, Math.ceil((Math.log(1 + requests) / Math.log(1 + most)) * SHADES));

/** Room for the values at the left, px; figures are about six wide. */
function leftOf({ rows }: HeatGrid, unit: UnitName): number {
  const longest = Math.max(0, ...rows.map(({ low }) => units[unit].short(low).length));
  return Math.max(40, longest * 6.5 + 12);
}

function draw(canvas: HTMLCanvasElement, grid: HeatGrid, unit: UnitName): void {
  const { times, step, rows, most } = grid;
  const left = leftOf(grid, unit);
  const { clientWidth: width, clientHeight: height } = canvas;
  const scale = window.devicePixelRatio;
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  const context = canvas.getContext("2d");
  if (!context || width <= left || height <= BOTTOM + TOP) return;
  const colors = chartColors(canvas.parentElement ?? document.body);
  const shades = Array.from({ length: SHADES + 1 }, (_, shade) =>
    colors.resolve("var(--color-accent)", 0.08 + (0.92 * shade) / SHADES),
  );
  context.scale(scale, scale);
  const cell = { w: (width - left) / times.length, h: (height - BOTTOM - TOP) / rows.length };
  for (const [row, { counts }] of rows.entries()) {
    for (const [column, requests] of counts.entries()) {
      if (requests === 0) continue;
      context.fillStyle = shades[shadeOf(requests, most)] ?? "";
      const gap = cell.w > 4 ? 1 : 0;
      context.fillRect(
        left + column * cell.w,
        TOP + row * cell.h,
        cell.w - gap,
        Math.max(1, cell.h - 1),
      );
    }
  }
  context.font = FONT;
  context.fillStyle = colors.text;
  context.textAlign = "right";
  context.textBaseline = "middle";
  const every = Math.max(1, Math.ceil(22 / cell.h));
  for (let row = rows.length - 1; row >= 0; row -= every) {
    const low = rows[row]?.low;
    if (low !== undefined) {
      context.fillText(units[unit].short(low), left - 8, TOP + (row + 1) * cell.h - 4);
    }
  }
  context.textBaseline = "alphabetic";
  const apart = Math.max(1, Math.ceil(90 / cell.w));
  for (let column = apart; column < times.length; column += apart) {
    const t = times[column];
    if (t === undefined) continue;
    const x = left + column * cell.w;
    context.textAlign = x > width - 40 ? "right" : "center";
    context.fillText(timeText(t, step), Math.min(x, width), height - 4);
  }
}

/** The heat map itself, and what is under the pointer in words. */
export function HeatCanvas({ grid, unit }: HeatCanvasProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const [under, setUnder] = useState<{ x: number; y: number; column: number; row: number }>();
  const theme = useThemeVersion();
  const latest = useRef({ grid, unit });

  // biome-ignore lint/correctness/useExhaustiveDependencies: another theme has other colours
  useEffect(() => {
    latest.current = { grid, unit };
    if (canvas.current) draw(canvas.current, grid, unit);
  }, [grid, unit, theme]);

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const observer = new ResizeObserver(() =>
      draw(element, latest.current.grid, latest.current.unit),
    );
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const point = (event: PointerEvent<HTMLCanvasElement>): void => {
    const { left, top, width, height } = event.currentTarget.getBoundingClientRect();
    const x = event.clientX - left;
    const y = event.clientY - top;
    const edge = leftOf(grid, unit);
    const column = Math.floor(((x - edge) / (width - edge)) * grid.times.length);
    const row = Math.floor(((y - TOP) / (height - BOTTOM - TOP)) * grid.rows.length);
    setUnder(
      grid.times[column] === undefined || !grid.rows[row] ? undefined : { x, y, column, row },
    );
  };
  const t = under && grid.times[under.column];
  const row = under && grid.rows[under.row];
  const { short } = units[unit];
  return (
    <>
      <canvas
        ref={canvas}
        onPointerMove={point}
        onPointerLeave={() => setUnder(undefined)}
        className="absolute inset-0 size-full"
      />
      {under && t !== undefined && row && (
        <p
          aria-hidden="true"
          className="pointer-events-none absolute z-10 rounded-inner border border-line-strong bg-surface px-2 py-1 text-12 whitespace-nowrap numbers"
          style={{
            top: Math.max(0, under.y - 48),
            ...(under.column > grid.times.length / 2
              ? { right: `calc(100% - ${under.x - 8}px)` }
              : { left: under.x + 8 }),
          }}
        >
          <span className="block font-medium">{count(row.counts[under.column] ?? 0)} requests</span>
          <span className="block text-muted">
            {row.bucket === null ? "zero" : `${short(row.low)} – ${short(row.high)}`}
            {" · "}
            {timeText(t, grid.step)}
          </span>
        </p>
      )}
    </>
  );
}
