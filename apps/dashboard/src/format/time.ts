const clock = new Intl.DateTimeFormat("en-GB", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
});
const dayAndClock = new Intl.DateTimeFormat("en-GB", {
  day: "numeric",
  month: "short",
  hour: "2-digit",
  minute: "2-digit",
});
const everything = new Intl.DateTimeFormat("en-GB", {
  year: "numeric",
  month: "short",
  day: "numeric",
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
  timeZoneName: "short",
});

const DAY_MS = 86_400_000;

/** The reader's clock: 14:02:31. */
export function clockTime(ms: number): string {
  return clock.format(ms);
}

/** The clock for what happened within a day of `now`, else the day too. */
export function when(ms: number, now: number): string {
  return Math.abs(now - ms) < DAY_MS ? clock.format(ms) : dayAndClock.format(ms);
}

/** Day, time, milliseconds and zone, for hover and copy. */
export function exactTime(ms: number): string {
  return everything.format(ms);
}
