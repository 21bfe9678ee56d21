import { useSyncExternalStore } from "react";

/** The moment under the pointer, shared by every chart and legend of the page; Unix ms. */
let moment: number | null = null;
const listeners = new Set<() => void>();

export function pointAt(t: number | null): void {
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
