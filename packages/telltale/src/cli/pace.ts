import { setTimeout } from "node:timers/promises";

/** Time for what runs on and on; a test gives one that does not wait. */
export interface Pace {
  /** Unix ms. */
  now(): number;
  /** Rejects when `signal` aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

export const realPace: Pace = {
  now: () => Date.now(),
  sleep: async (ms, signal) => {
    await setTimeout(ms, undefined, signal === undefined ? {} : { signal });
  },
};
