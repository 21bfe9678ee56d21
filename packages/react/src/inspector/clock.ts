const format = new Intl.DateTimeFormat("en", {
  hour: "2-digit",
  minute: "2-digit",
  second: "2-digit",
  fractionalSecondDigits: 3,
  hourCycle: "h23",
});

/** Time of day, to the millisecond, where the reader is. */
export function clock(at: number): string {
  return format.format(at);
}

/** For machines. */
export function iso(at: number): string {
  return new Date(at).toISOString();
}
