import { useSyncExternalStore } from "react";
import type { ReplayWindow } from "./replay-search.ts";

/** What the bar shows before a replay has begun, and beside one. */
interface Bar {
  readonly open: boolean;
  /** The timeline; null until something says which. */
  readonly window: ReplayWindow | null;
}

const listeners = new Set<() => void>();
let bar: Bar = { open: false, window: null };

export function showBar(change: Partial<Bar>): void {
  bar = { ...bar, ...change };
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useBar(): Bar {
  return useSyncExternalStore(subscribe, () => bar);
}
