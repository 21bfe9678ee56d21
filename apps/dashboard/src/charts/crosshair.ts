import { useSyncExternalStore } from "react";

/** The moment under the pointer, shared by every chart and legend of the page; Unix ms. */
let moment: number | null = null;
/** The chart that the pointer is on. */
let pointed: object | null = null;
const listeners = new Set<() => void>();

/** The pointer is at `t` of a chart; null: beside what is drawn. */
export function pointAt(chart: object, t: number | null): void {
  pointed = chart;
  show(t);
}

/** The pointer left a chart, or the chart went from under it. */
export function pointAway(chart: object): void {
  if (chart !== pointed) return;
  pointed = null;
  show(null);
}

function show(t: number | null): void {
  if (t === moment) return;
  moment = t;
  for (const listener of listeners) listener();
}

export function useCrosshair(): number | null {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => moment,
  );
}
