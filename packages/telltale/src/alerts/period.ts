const DAY = 86_400_000;

/** Periods of a budget: of the calendar, or of a fixed length from some time on. */
export type Period = "day" | "week" | "month" | { readonly every: number; readonly from: string };

export interface Span {
  /** Unix ms, inclusive. */
  readonly from: number;
  /** Unix ms, exclusive. */
  readonly to: number;
}

/** The period that `at` lies in. Weeks begin on Monday, as in ISO 8601. */
export function periodAt(period: Period, at: number, timeZone: string): Span {
  if (typeof period === "object") {
    const anchor = Date.parse(period.from);
    const from = anchor + Math.floor((at - anchor) / period.every) * period.every;
    return { from, to: from + period.every };
  }
  const { year, month, day } = localDate(at, timeZone);
  const midnight = (y: number, m: number, d: number): number => startOfDay(y, m, d, timeZone);
  if (period === "day") {
    return { from: midnight(year, month, day), to: midnight(year, month, day + 1) };
  }
  if (period === "month") {
    return { from: midnight(year, month, 1), to: midnight(year, month + 1, 1) };
  }
  const monday = day - ((new Date(Date.UTC(year, month, day)).getUTCDay() + 6) % 7);
  return { from: midnight(year, month, monday), to: midnight(year, month, monday + 7) };
}

export function isTimeZone(name: string): boolean {
  try {
    formatOf(name);
    return true;
  } catch {
    return false;
  }
}

interface LocalTime {
  readonly year: number;
  /** From 0, as in Date. */
  readonly month: number;
  readonly day: number;
  /** The local clock read as if it were UTC, Unix ms. */
  readonly asUtc: number;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone);
  if (format === undefined) {
    format = new Intl.DateTimeFormat("en-US", {
      timeZone,
      hourCycle: "h23",
      year: "numeric",
      month: "numeric",
      day: "numeric",
      hour: "numeric",
      minute: "numeric",
      second: "numeric",
    });
    formats.set(timeZone, format);
  }
  return format;
}

function localDate(at: number, timeZone: string): LocalTime {
  const parts = new Map<string, number>();
  for (const { type, value } of formatOf(timeZone).formatToParts(at))
    parts.set(type, Number(value));
  const part = (type: string): number => parts.get(type) ?? 0;
  const [year, month, day] = [part("year"), part("month") - 1, part("day")];
  const asUtc = Date.UTC(year, month, day, part("hour"), part("minute"), part("second"));
  return { year, month, day, asUtc };
}

/** When a day begins in a time zone. `day` may lie outside the month, as in Date. */
function startOfDay(year: number, month: number, day: number, timeZone: string): number {
  const wanted = Date.UTC(year, month, day);
  let at = wanted;
  // The offset is that of the result, not of the guess: twice is enough, clocks change once.
  for (let round = 0; round < 2; round++) at += wanted - localDate(at, timeZone).asUtc;
  // Where clocks skip midnight the day begins after the gap, where they repeat it, the first time.
  if (localDate(at, timeZone).asUtc < wanted) at += wanted - localDate(at, timeZone).asUtc;
  const earlier = at - DAY / 24;
  return localDate(earlier, timeZone).asUtc === wanted ? earlier : at;
}
