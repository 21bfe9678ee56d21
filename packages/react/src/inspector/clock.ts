/** Time of day, to the millisecond, where the reader is. */
export function clock(at: number): string {
  return new Date(at).toLocaleTimeString("en", { hourCycle: "h23", fractionalSecondDigits: 3 });
}

/** For machines. */
export function iso(at: number): string {
  return new Date(at).toISOString();
}
