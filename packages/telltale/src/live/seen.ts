import type { RequestEvent } from "../event.ts";

const HOUR = 3_600_000;

/** How far the last event of an id had got. */
export type Progress =
  | { readonly finished: true }
  | { readonly finished: false; readonly reach: number };

/** How far a running request has got, in a figure that only grows. */
export function reachOf(event: RequestEvent): number {
  return (event.usage?.output ?? 0) + (event.latencyMs ?? 0);
}

/** The ids of the last 24 hours, forgotten an hour at a time. */
export class Seen {
  readonly #hours = new Map<number, Map<string, Progress>>();

  get(id: string): Progress | undefined {
    for (const ids of this.#hours.values()) {
      const progress = ids.get(id);
      if (progress !== undefined) return progress;
    }
    return undefined;
  }

  set(id: string, progress: Progress, now: number): void {
    for (const ids of this.#hours.values()) {
      if (ids.delete(id)) break;
    }
    const hour = Math.floor(now / HOUR);
    let ids = this.#hours.get(hour);
    if (ids === undefined) {
      ids = new Map();
      this.#hours.set(hour, ids);
    }
    ids.set(id, progress);
  }

  running(event: RequestEvent, now: number): void {
    this.set(event.id, { finished: false, reach: reachOf(event) }, now);
  }

  /** Forgets ids older than 24 to 25 hours. */
  forget(now: number): void {
    const oldest = Math.floor(now / HOUR) - 24;
    for (const hour of this.#hours.keys()) {
      if (hour < oldest) this.#hours.delete(hour);
    }
  }
}
