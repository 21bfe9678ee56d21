import type { HistoryStore, RetainOptions } from "./store.ts";

const DAY = 86_400_000;

/** How long to keep what; 0 keeps it for ever. */
export interface Retention {
  /** Requests, and their sums by the minute. */
  readonly days: number;
  /** Sums by the hour. */
  readonly sumDays: number;
  /** Bytes on disk beyond which the oldest requests go. */
  readonly bytes: number;
}

/**
 * What that means now. Age counts from when a request was stored, not from when it was made: old
 * requests that are imported today are kept as long as today's.
 */
export function retainOptions({ days, sumDays, bytes }: Retention, now: number): RetainOptions {
  return {
    storedBefore: days === 0 ? null : now - days * DAY,
    rolledBefore: sumDays === 0 ? null : now - sumDays * DAY,
    // A day after the last word of it, an id is known no more and a late end would count anew.
    runningBefore: now - DAY,
    maxBytes: bytes === 0 ? null : bytes,
  };
}

export interface HousekeepingOptions {
  readonly store: HistoryStore;
  readonly retention: Retention;
  readonly now: () => number;
  /** ms; the first time is one tenth of it after the start. */
  readonly every: number;
  readonly failed: (error: unknown) => void;
}

/** Holds the history to its limits from time to time; the returned function stops that. */
export function keepHouse({
  store,
  retention,
  now,
  every,
  failed,
}: HousekeepingOptions): () => void {
  let stopped = false;
  let timer: NodeJS.Timeout;
  const again = (delay: number): void => {
    timer = setTimeout(() => {
      void store
        .retain(retainOptions(retention, now()))
        .catch((error: unknown) => {
          if (!stopped) failed(error);
        })
        .finally(() => {
          if (!stopped) again(every);
        });
    }, delay);
    timer.unref();
  };
  again(every / 10);
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
