import { type Context, createContext, useContext, useMemo } from "react";
import type uPlot from "uplot";
import type { ChartColors } from "./colors.ts";

/** Something that happened, drawn as a thin vertical line with a word. */
export interface Mark {
  /** Unix ms. */
  readonly at: number;
  /** Until when it lasted: the time between is shaded. Null while it lasts; absent: a moment only. */
  readonly to?: number | null;
  readonly word: string;
  readonly tone: "bad" | "good";
}

/** A value that a rule watches for, drawn as a thin horizontal line with a word. */
export interface Limit {
  readonly value: number;
  readonly word: string;
}

export interface Annotations {
  readonly marks: readonly Mark[];
  /** By the name of the metric they are about. */
  readonly limits: ReadonlyMap<string, readonly Limit[]>;
}

export const noAnnotations: Annotations = { marks: [], limits: new Map() };

/** What is drawn on every chart below: a page gives it once. */
export const AnnotationsContext: Context<Annotations> = createContext(noAnnotations);

/** What happened, and the limits of what a chart draws. */
export function useAnnotations(metrics: readonly string[] = []): {
  readonly marks: readonly Mark[];
  readonly limits: readonly Limit[];
} {
  const { marks, limits } = useContext(AnnotationsContext);
  const names = metrics.join(" ");
  return useMemo(() => {
    const about = names.split(" ").flatMap((name) => limits.get(name) ?? []);
    return { marks, limits: about };
  }, [marks, limits, names]);
}

const FONT = '11px "Inter Variable", sans-serif';
/** A limit further above the data than this would press them flat. */
const NEAR = 2;
/** How high a scale has to reach for the limits that are near enough to matter. */
export function withLimits(max: number | null, limits: readonly Limit[]): number | null {
  if (max === null || max <= 0) return max;
  const near = limits.filter(({ value }) => value <= max * NEAR);
  return Math.max(max, ...near.map(({ value }) => value));
}

/** Draws over a finished chart. */
export function drawAnnotations(
  u: uPlot,
  colors: ChartColors,
  { marks, limits }: { readonly marks: readonly Mark[]; readonly limits: readonly Limit[] },
): void {
  if (marks.length === 0 && limits.length === 0) return;
  const { ctx, bbox } = u;
  const ratio = devicePixelRatio;
  ctx.save();
  ctx.beginPath();
  ctx.rect(bbox.left, bbox.top, bbox.width, bbox.height);
  ctx.clip();
  ctx.font = FONT.replace("11px", `${11 * ratio}px`);
  ctx.textBaseline = "top";
  ctx.lineWidth = ratio;
  drawLimits(u, colors, limits, ratio);
  drawMarks(u, colors, marks, ratio);
  ctx.restore();
}

function drawLimits(u: uPlot, colors: ChartColors, limits: readonly Limit[], ratio: number): void {
  const { ctx, bbox } = u;
  const { min = 0, max = 0 } = u.scales["y"] ?? {};
  ctx.strokeStyle = colors.resolve("var(--color-watch)", 0.7);
  ctx.fillStyle = colors.resolve("var(--color-watch)");
  ctx.textAlign = "right";
  ctx.setLineDash([4 * ratio, 4 * ratio]);
  for (const { value, word } of limits) {
    if (value < min || value > max) continue;
    const y = Math.round(u.valToPos(value, "y", true)) + 0.5;
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    const above = y - bbox.top > 16 * ratio;
    ctx.fillText(word, bbox.left + bbox.width - 4 * ratio, above ? y - 14 * ratio : y + 3 * ratio);
  }
  ctx.setLineDash([]);
}

function drawMarks(u: uPlot, colors: ChartColors, marks: readonly Mark[], ratio: number): void {
  const { ctx, bbox } = u;
  const { min = 0, max = 0 } = u.scales["x"] ?? {};
  const x = (t: number): number => Math.round(u.valToPos(t, "x", true)) + 0.5;
  const shown = marks.filter(({ at, to }) => at <= max && (to === null ? max : (to ?? at)) >= min);
  for (const [index, { at, to, word, tone }] of shown.entries()) {
    const end = to === null ? max : to;
    const color = `var(--color-${tone})`;
    if (end !== undefined) {
      ctx.fillStyle = colors.resolve(color, 0.12);
      ctx.fillRect(x(at), bbox.top, Math.max(ratio, x(end) - x(at)), bbox.height);
    }
    if (at < min) continue;
    ctx.strokeStyle = colors.resolve(color, 0.8);
    ctx.beginPath();
    ctx.moveTo(x(at), bbox.top);
    ctx.lineTo(x(at), bbox.top + bbox.height);
    ctx.stroke();
    // A word stands where no other line runs through it: right of its line, else left.
    const room = ctx.measureText(word).width + 8 * ratio;
    const next = shown[index + 1]?.at;
    const before = shown[index - 1]?.at;
    const right = (next === undefined ? bbox.left + bbox.width : x(next)) - x(at) > room;
    // To the left may already stand the word of the line before.
    const left = x(at) - (before === undefined ? bbox.left : x(before)) > 2 * room;
    if (!right && !left) continue;
    ctx.fillStyle = colors.resolve(color);
    ctx.textAlign = right ? "left" : "right";
    ctx.fillText(word, x(at) + (right ? 3 : -3) * ratio, bbox.top + ratio);
  }
}
