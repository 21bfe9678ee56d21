import { exact, isKnown, type Maybe, three, UNKNOWN } from "./number.ts";

const units = ["B", "kB", "MB", "GB", "TB", "PB"] as const;

/** Decimal units, as networks and disks are sold: 512 B, 38.2 kB, 1.24 GB. */
export function bytes(value: Maybe): string {
  if (!isKnown(value)) return UNKNOWN;
  let size = value;
  let unit = 0;
  while (Math.abs(size) >= 999.5 && unit < units.length - 1) {
    size /= 1000;
    unit += 1;
  }
  return `${unit === 0 ? Math.round(size) : three(size)} ${units[unit]}`;
}

export function bytesPerSecond(value: Maybe): string {
  return isKnown(value) ? `${bytes(value)}/s` : UNKNOWN;
}

export function exactBytes(value: Maybe): string {
  return isKnown(value) ? `${exact(value)} B` : UNKNOWN;
}
