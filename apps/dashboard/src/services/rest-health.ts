import { useSyncExternalStore } from "react";

/** How the REST API as a whole does: *refused* is 401 or 403, *silent* no answer from the server. */
export interface RestHealth {
  readonly state: "fine" | "refused" | "silent";
  /** In words; empty while all is well. */
  readonly message: string;
}

const FINE: RestHealth = { state: "fine", message: "" };

/** One question that fails among others that are answered is its panel's to tell, ms. */
const MIXED_MS = 12_000;

/** No answer at all, or one of a gateway that got none. */
const SILENT = new Set([0, 502, 503, 504]);

/** Who is told that the server asked for a key. */
let refused: () => void = () => {};

export function onRefused(tell: () => void): void {
  refused = tell;
}

let health: RestHealth = FINE;
let answeredAt = Number.NEGATIVE_INFINITY;
const listeners = new Set<() => void>();

/** Status 0 stands for no answer at all. `now` in ms of any clock. */
export function noteAnswer(status: number, message: string, now: number = performance.now()): void {
  if (status === 401) refused();
  const no = status === 401 || status === 403;
  if (!no && !SILENT.has(status)) {
    answeredAt = now;
    change(FINE);
  } else if (now - answeredAt > MIXED_MS) {
    change({ state: no ? "refused" : "silent", message });
  }
}

function change(next: RestHealth): void {
  if (next.state === health.state && next.message === health.message) return;
  health = next;
  for (const listener of listeners) listener();
}

export function restHealth(): RestHealth {
  return health;
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useRestHealth(): RestHealth {
  return useSyncExternalStore(subscribe, restHealth);
}
