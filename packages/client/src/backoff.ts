export interface BackoffOptions {
  /** First step, ms. */
  readonly reconnectInterval: number;
  /** No wait is longer, ms. */
  readonly maxReconnectInterval: number;
  /** Growth per attempt. */
  readonly reconnectDecay: number;
}

/**
 * Wait before retry `n` (0-based), ms: uniform over [0.25 v, 1.25 v], the upper end cut at the
 * maximum. Cutting the range, rather than the drawn value, keeps clients from meeting at the maximum.
 */
export function backoff(n: number, random: number, options: BackoffOptions): number {
  const { reconnectInterval, maxReconnectInterval: most, reconnectDecay } = options;
  const v = Math.min(most, reconnectInterval * reconnectDecay ** n);
  return 0.25 * v + random * (Math.min(1.25 * v, most) - 0.25 * v);
}

const SLOW_LEAST_MS = 5_000;
const SLOW_MOST_MS = 60_000;

/** Wait after an overloaded server closed: from 5 s up to an end that grows from 20 s to 60 s. */
export function slowBackoff(n: number, random: number, { reconnectDecay }: BackoffOptions): number {
  const end = Math.min(SLOW_MOST_MS, 4 * SLOW_LEAST_MS * reconnectDecay ** n);
  return SLOW_LEAST_MS + random * (end - SLOW_LEAST_MS);
}
