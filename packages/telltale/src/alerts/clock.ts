/** Time and chance, replaceable so that tests need no waiting. */
export interface Clock {
  /** Unix ms. */
  readonly now: () => number;
  /** Runs something later; returns what takes that back. */
  readonly after: (ms: number, run: () => void) => () => void;
  /** 0 ≤ x < 1. */
  readonly random: () => number;
}

export const systemClock: Clock = {
  now: Date.now,
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
  random: Math.random,
};
