import { type Context, createContext, useContext, useMemo } from "react";
import type uPlot from "uplot";
import type { ChartColors } from "./colors.ts";
import { placeLabels, shortName } from "./mark-labels.ts";

/** Something that happened, drawn as a thin vertical line with a word. */
export interface Mark {
  /** Unix ms. */
  readonly at: number;
  /** Until when it lasted: the time between is shaded. Null while it lasts; absent: a moment only. */
  readonly to?: number | null;
  readonly word: string;
  /** Whose it is, such as the name of a rule. */
  readonly name?: string;
  /** All there is to say about it, for whoever points at it. */
  readonly detail?: string;
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
  drawMarks(u, colors, marks, ratio);
  drawLimits(u, colors, limits, ratio);
  ctx.restore();
}

function drawLimits(u: uPlot, colors: ChartColors, limits: readonly Limit[], ratio: number): void {
  const { ctx, bbox } = u;
  const { min = 0, max = 0 } = u.scales["y"] ?? {};
  ctx.strokeStyle = colors.resolve("var(--color-watch)", 0.7);
  ctx.textAlign = "right";
  const ground = colors.resolve("var(--color-surface)", 0.85);
  const text = colors.resolve("var(--color-watch)");
  const right = bbox.left + bbox.width - 4 * ratio;
  for (const { value, word } of limits) {
    if (value < min || value > max) continue;
    const y = Math.round(u.valToPos(value, "y", true)) + 0.5;
    ctx.setLineDash([4 * ratio, 4 * ratio]);
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    // At the very top stand the words of what happened.
    const top = y - bbox.top > 28 * ratio ? y - 14 * ratio : Math.max(y, bbox.top + 12 * ratio) + 3;
    const width = ctx.measureText(word).width;
    ctx.fillStyle = ground;
    ctx.fillRect(right - width - 2 * ratio, top - ratio, width + 4 * ratio, 13 * ratio);
    ctx.fillStyle = text;
    ctx.fillText(word, right, top);
  }
  ctx.setLineDash([]);
}

function drawMarks(u: uPlot, colors: ChartColors, marks: readonly Mark[], ratio: number): void {
  const { ctx, bbox } = u;
  const { min = 0, max = 0 } = u.scales["x"] ?? {};
  const x = (t: number): number => Math.round(u.valToPos(t, "x", true)) + 0.5;
  const shown = marks.filter(({ at, to }) => at <= max && (to === null ? max : (to ?? at)) >= min);
  for (const { at, to, tone } of shown) {
    const end = to === null ? max : to;
    if (end === undefined) continue;
    ctx.fillStyle = colors.resolve(`var(--color-${tone})`, 0.12);
    ctx.fillRect(x(at), bbox.top, Math.max(ratio, x(end) - x(at)), bbox.height);
  }
  const lines = shown.filter(({ at }) => at >= min);
  const wishes = lines.map(({ at, word, name }) => {
    const texts = name === undefined ? [word] : [`${shortName(name)} ${word}`, word];
    return { x: x(at), texts, widths: texts.map((text) => ctx.measureText(text).width) };
  });
  const places = placeLabels(wishes, bbox.left, bbox.left + bbox.width, 3 * ratio);
  for (const [index, { at, tone }] of lines.entries()) {
    const color = `var(--color-${tone})`;
    ctx.strokeStyle = colors.resolve(color, 0.8);
    ctx.beginPath();
    ctx.moveTo(x(at), bbox.top);
    ctx.lineTo(x(at), bbox.top + bbox.height);
    ctx.stroke();
    const place = places[index];
    const text = place && wishes[index]?.texts[place.wish];
    if (!place || text === undefined) continue;
    ctx.fillStyle = colors.resolve(color);
    ctx.textAlign = place.side === "right" ? "left" : "right";
    ctx.fillText(text, x(at) + (place.side === "right" ? 3 : -3) * ratio, bbox.top + ratio);
  }
}
