const HOUR = 3_600_000;

/** Hours since 1970, from 1. */
export function hourOf(time: number): number {
  return Math.max(1, Math.floor(time / HOUR));
}

/** Unix ms. */
export function timeOfHour(hour: number): number {
  return hour * HOUR;
}
