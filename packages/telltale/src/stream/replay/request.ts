import { StreamRequestError } from "../request-error.ts";

/** The past that an address asks for. Times are Unix ms. */
export interface ReplayRequest {
  readonly from: number;
  readonly to: number;
  /** Seconds of the past per second. */
  readonly speed: number;
  /** Jump over times without a request. */
  readonly skipGaps: boolean;
}

export const SLOWEST = 0.1;
export const FASTEST = 3600;

export function isSpeed(speed: number): boolean {
  return speed >= SLOWEST && speed <= FASTEST;
}

/**
 * Reads `?from=&to=&speed=&skip_gaps=`; `undefined` without `from`, which is a live stream.
 *
 * @param now Unix ms
 * @throws {StreamRequestError}
 */
export function readReplayRequest(query: URLSearchParams, now: number): ReplayRequest | undefined {
  if (!query.get("from")) return undefined;
  const time = (name: "from" | "to"): number | undefined => {
    const given = query.get(name);
    if (!given) return undefined;
    const ms = /^\d+(\.\d+)?$/.test(given) ? Number(given) : Date.parse(given);
    if (Number.isFinite(ms) && Math.abs(ms) <= 8.64e15) return ms;
    throw new StreamRequestError(
      name,
      "expected Unix time in ms or an RFC 3339 time such as 2026-01-31T12:00:00Z",
    );
  };
  const from = time("from") ?? now;
  const to = Math.min(now, time("to") ?? now);
  if (from >= now) throw new StreamRequestError("from", "expected a time that has passed");
  if (from >= to) throw new StreamRequestError("to", "expected a time after from");
  const speed = Number(query.get("speed") || 1);
  if (!isSpeed(speed)) {
    throw new StreamRequestError("speed", `expected a number from ${SLOWEST} to ${FASTEST}`);
  }
  const gaps = query.get("skip_gaps") || "0";
  if (!/^(?:0|1|true|false)$/.test(gaps))
    throw new StreamRequestError("skip_gaps", "expected 0 or 1");
  return { from, to, speed, skipGaps: gaps === "1" || gaps === "true" };
}
