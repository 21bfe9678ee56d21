import { type Heard, RETIRED } from "./kinds/no-data.ts";
import type { SeriesSource } from "./series.ts";

const HOUR = 3_600_000;

/** When each model was last heard, across restarts. */
export class Hearing {
  readonly #store: SeriesSource;
  readonly #now: () => number;
  readonly #since: number;
  readonly #last = new Map<string, number>();
  #loaded = false;

  constructor(store: SeriesSource, now: () => number) {
    this.#store = store;
    this.#now = now;
    this.#since = now();
  }

  /** Reads from the history which models there were of late, to the hour. Without it, those heard since count. */
  async load(): Promise<void> {
    try {
      await this.#read();
    } finally {
      this.#loaded = true;
    }
  }

  heard(model: string): void {
    const now = this.#now();
    this.#last.set(model, now);
    this.#last.set("", now);
  }

  /** For a rule that has been there since `since`; null until the history has been read. */
  heardAt(since: number): Heard | null {
    if (!this.#loaded) return null;
    return { since: Math.max(since, this.#since), last: this.#last };
  }

  async #read(): Promise<void> {
    const to = this.#since;
    const query = {
      metric: "requests",
      from: to - RETIRED,
      to,
      step: HOUR,
      groupBy: "model",
    } as const;
    for (const { group, points } of await this.#store.series(query)) {
      const start = points.at(-1)?.[0];
      if (group === null || start === undefined) continue;
      const at = Math.min(start + HOUR, to - 1);
      this.#last.set(group, Math.max(at, this.#last.get(group) ?? 0));
      this.#last.set("", Math.max(at, this.#last.get("") ?? 0));
    }
  }
}
