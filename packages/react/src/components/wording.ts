import type { ConnectionInfo, ConnectionState } from "@telltale/client";

/** The same word for the same state everywhere. */
export const stateWords: Readonly<Record<ConnectionState, string>> = {
  CONNECTING: "Connecting",
  CONNECTED: "Connected",
  DISCONNECTED: "Disconnected",
  RECONNECTING: "Reconnecting",
  ERROR: "Connection failed",
  CLOSED: "Connection closed",
};

/** A server that is well may be silent for this long before its data count as old, ms. */
export const STALE_MS = 5_000;

/** 7 s, 2 min, 3 h. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

export interface Detail {
  /** How old the data are, or when the next attempt is due. */
  text: string;
  stale: boolean;
}

/** What there is to say beside the state; `null` when nothing is. */
export function detail(info: ConnectionInfo, staleAfter: number, now: number): Detail | null {
  const { state, lastFrameAt, nextAttemptAt } = info;
  const age = lastFrameAt === null ? null : now - lastFrameAt;
  if (state === "CONNECTED") {
    if (age === null || info.messageCount === 0) return { text: "waiting for data", stale: false };
    return age > staleAfter
      ? { text: `stale ${span(age)}`, stale: true }
      : { text: "live", stale: false };
  }
  const parts: string[] = [];
  if (nextAttemptAt !== null && nextAttemptAt > now) parts.push(`in ${span(nextAttemptAt - now)}`);
  if (age !== null && info.messageCount > 0) parts.push(`stale ${span(age)}`);
  return parts.length > 0 ? { text: parts.join(" · "), stale: age !== null } : null;
}
