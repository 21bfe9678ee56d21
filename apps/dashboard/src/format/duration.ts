import { exact, isKnown, type Maybe, three, UNKNOWN } from "./number.ts";

/** How long something took, given in ms: 0.42 ms, 820 ms, 1.24 s, 12.4 s, 2 min 05 s. */
export function duration(ms: Maybe): string {
  if (!isKnown(ms)) return UNKNOWN;
  if (ms === 0) return "0 ms";
  if (ms < 999.5) return `${three(ms)} ms`;
  if (ms < 59_950) return `${three(ms / 1000)} s`;
  return long(ms / 1000);
}

function long(seconds: number): string {
  const total = Math.round(seconds);
  const days = Math.floor(total / 86_400);
  const hours = Math.floor((total % 86_400) / 3600);
  const minutes = Math.floor((total % 3600) / 60);
  if (days > 0) return `${days} d ${hours} h`;
  if (hours > 0) return `${hours} h ${pad(minutes)} min`;
  return `${minutes} min ${pad(total % 60)} s`;
}

function pad(value: number): string {
  return String(value).padStart(2, "0");
}

export function exactDuration(ms: Maybe): string {
  return isKnown(ms) ? `${exact(ms)} ms` : UNKNOWN;
}

/** How long until, in whole seconds: 8 s, 2 min 05 s. */
export function countdown(seconds: number): string {
  return seconds < 60 ? `${Math.max(0, Math.round(seconds))} s` : long(seconds);
}

/** How long ago, to a whole unit: now, 12 s ago, 3 min ago, 2 h ago, 4 d ago. */
export function ago(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 1) return "now";
  if (seconds < 60) return `${seconds} s ago`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ago`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h ago`;
  return `${Math.floor(seconds / 86_400)} d ago`;
}

const UNITS = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "min"],
] as const;

/** A step of a chart, in ms: 10 s, 5 min, 1 h. */
export function stepInWords(ms: number): string {
  const unit = UNITS.find(([length]) => ms % length === 0);
  return unit ? `${ms / unit[0]} ${unit[1]}` : `${ms / 1000} s`;
}
