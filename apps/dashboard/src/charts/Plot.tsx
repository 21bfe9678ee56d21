import { useEffect, useRef } from "react";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { useThemeVersion } from "../theme/theme.ts";
import type { Limit, Mark } from "./annotations.ts";
import { chartColors } from "./colors.ts";
import { pointAway } from "./crosshair.ts";
import { align, type ChartSeries } from "./data.ts";
import { nearest } from "./mark-labels.ts";
import { chartOptions, type Drawing } from "./options.ts";

interface PlotProps {
  readonly series: readonly ChartSeries[];
  readonly drawing: Drawing;
  /** Unix ms. */
  readonly from: number;
  readonly to: number;
  /** As high as what holds it, instead of a height of its own. */
  readonly fill?: boolean;
  /** Drawn over the lines. */
  readonly marks?: readonly Mark[];
  readonly limits?: readonly Limit[];
  /** A stretch was marked with the pointer; Unix ms. */
  readonly onZoom?: ((from: number, to: number) => void) | undefined;
  readonly onReset?: (() => void) | undefined;
  /** The point at this time, Unix ms, was clicked. */
  readonly onPoint?: ((t: number) => void) | undefined;
  /** The pointer is near these marks; none: near no mark any more. */
  readonly onNear?: ((marks: readonly Mark[]) => void) | undefined;
}

const none: readonly never[] = [];
/** How near is near, pixels. */
const REACH = 6;

/** The canvas. It is drawn anew when its shape or the theme changes, and fed when only the data do. */
export function Plot({
  series,
  drawing,
  from,
  to,
  fill: whole = false,
  marks = none,
  limits = none,
  onZoom,
  onReset,
  onPoint,
  onNear,
}: PlotProps) {
  const box = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot | null>(null);
  const current = useRef({ series, drawing, from, to });
  const annotations = useRef({ marks, limits });
  const acts = useRef({ onZoom, onReset, onPoint, onNear });
  useEffect(() => {
    acts.current = { onZoom, onReset, onPoint, onNear };
  });
  const theme = useThemeVersion();
  const zoomable = onZoom !== undefined;
  const { kind, unit, scale, fill } = drawing;
  const shape = `${kind}|${unit}|${scale}|${fill}|${series.map((s) => `${s.label}=${s.color}${s.dashed}`).join("|")}`;

  useEffect(() => {
    current.current = { series, drawing, from, to };
    annotations.current = { marks, limits };
    const u = plot.current;
    // A chart whose set of lines changed is about to be made anew below.
    if (!u || u.series.length !== series.length + 1) return;
    u.batch(() => {
      u.setData(align(series), false);
      u.setScale("x", { min: from, max: to });
    });
  }, [series, drawing, from, to, marks, limits]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: shape and theme say when to start anew
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const now = current.current;
    const size = { width: element.clientWidth, height: element.clientHeight };
    const options = chartOptions(
      now.series,
      now.drawing,
      chartColors(element),
      size,
      zoomable ? (start, end) => acts.current.onZoom?.(start, end) : undefined,
      () => annotations.current,
    );
    const u = new uPlot(options, align(now.series), element);
    u.setScale("x", { min: now.from, max: now.to });
    plot.current = u;
    const observer = new ResizeObserver(() => {
      u.setSize({ width: element.clientWidth, height: element.clientHeight });
    });
    observer.observe(element);
    const leave = (): void => {
      pointAway(u);
      acts.current.onNear?.(none);
    };
    const move = ({ offsetX }: MouseEvent): void => {
      const place = ({ at }: Mark): number => u.valToPos(at, "x");
      acts.current.onNear?.(nearest(annotations.current.marks, place, offsetX, REACH));
    };
    const reset = (): void => acts.current.onReset?.();
    // The end of marking a stretch is no click, nor is the second of two.
    let pressed = 0;
    const press = (event: MouseEvent): void => {
      pressed = event.clientX;
    };
    const click = (event: MouseEvent): void => {
      const { idx } = u.cursor;
      const t = idx == null ? undefined : u.data[0][idx];
      if (t === undefined || event.detail > 1 || Math.abs(event.clientX - pressed) > 3) return;
      if (!acts.current.onPoint) return;
      leave();
      acts.current.onPoint(t);
    };
    u.over.addEventListener("mousedown", press);
    u.over.addEventListener("click", click);
    u.over.addEventListener("mousemove", move);
    element.addEventListener("mouseleave", leave);
    element.addEventListener("dblclick", reset);
    return () => {
      element.removeEventListener("mouseleave", leave);
      element.removeEventListener("dblclick", reset);
      observer.disconnect();
      // A page that changes takes the chart away without the pointer having left it.
      leave();
      plot.current = null;
      u.destroy();
    };
  }, [shape, theme, zoomable]);

  return (
    <div
      ref={box}
      aria-hidden="true"
      className={`${whole ? "absolute inset-0" : "h-40 min-w-0"} overflow-hidden ${onPoint ? "[&_.u-over]:cursor-pointer" : ""}`}
    />
  );
}
