import type { ConnectionInfo, ConnectionState, Replay } from "@telltale/client";

/** The same word for the same state everywhere. */
export const stateWords: Readonly<Record<ConnectionState, string>> = {
  CONNECTING: "Connecting",
  CONNECTED: "Connected",
  DISCONNECTED: "Disconnected",
  RECONNECTING: "Reconnecting",
  ERROR: "Connection failed",
  CLOSED: "Connection closed",
};

/** 02:14 ×10, in a time zone or in the reader's own. */
export function replayed({ at, speed, paused, ended }: Replay, timeZone?: string): string {
  const time = new Date(at).toLocaleTimeString("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    timeZone,
  });
  return `${time} ${ended ? "ended" : paused ? "paused" : `×${speed}`}`;
}

/** 7 s, 2 min, 3 h. */
export function span(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3600)} h`;
}

/** How old the data are, or when the next attempt is due; empty when there is nothing to say. */
export function freshness(info: ConnectionInfo, staleAfter: number, now: number): string {
  const { state, lastFrameAt, nextAttemptAt } = info;
  const age = lastFrameAt === null ? null : now - lastFrameAt;
  const stale = age !== null && `stale ${span(age)}`;
  if (state === "CONNECTED") {
    if (age === null) return "no data yet";
    return (age > staleAfter && stale) || "live";
  }
  const wait = (nextAttemptAt ?? 0) - now;
  return [stale, wait > 0 && `next try in ${span(wait)}`].filter(Boolean).join(" · ");
}

const UNITS = ["B", "kB", "MB", "GB"];

/** 512 B, 1.24 kB, 38.2 MB: three digits, powers of 1,000. */
export function bytes(count: number): string {
  const power = count < 1000 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(count) / 3));
  const value = count / 1000 ** power;
  const digits = power === 0 || value >= 100 ? 0 : value < 10 ? 2 : 1;
  return `${value.toFixed(digits)} ${UNITS[power]}`;
}
