import { useSyncExternalStore } from "react";
import { useTelltaleState } from "./index.ts";
import { useSeconds } from "./seconds.ts";

export interface Beginning {
  /** Counts the times at which the page began anew: a replay, another time of it, back to live. */
  readonly beginnings: number;
  /** Where a replay began last, Unix ms. */
  readonly began: number | null;
}

const listeners = new Set<() => void>();
/** The time that a replay shows; null while the page is live. */
let past: number | null = null;
let begun: Beginning = { beginnings: 0, began: null };

/** A replay shows another time. */
export function showPast(at: number): void {
  if (past !== null) past = at;
}

/** The page begins anew, at a time of the past or live. */
export function beginAt(at: number | null): void {
  past = at;
  begun = { beginnings: begun.beginnings + 1, began: at };
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Now, as the page means it: the time of the replay, or this machine's; Unix ms. */
export function pageNow(): number {
  return past ?? Date.now();
}

/** {@link pageNow} once a second, or with the replay. */
export function usePageNow(): { readonly now: number; readonly speed: number | null } {
  const seconds = useSeconds();
  const replay = useTelltaleState((state) => state.replay);
  return replay ? { now: replay.at, speed: replay.speed } : { now: seconds, speed: null };
}

export function useBeginning(): Beginning {
  return useSyncExternalStore(subscribe, () => begun);
}
