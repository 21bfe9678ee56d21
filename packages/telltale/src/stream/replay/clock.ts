/** Time, replaceable so that tests need no waiting. */
export interface ReplayClock {
  /** Unix ms. */
  readonly now: () => number;
  /** Runs something later; returns what takes that back. */
  readonly after: (ms: number, run: () => void) => () => void;
}

export const systemClock: ReplayClock = {
  now: Date.now,
  after: (ms, run) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};
