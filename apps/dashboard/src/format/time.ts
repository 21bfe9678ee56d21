import { preferences } from "../preferences/preferences.ts";
import { timeZone } from "./zone.ts";

const formats = new Map<string, Intl.DateTimeFormat>();

/** The 24-hour clock unless the reader chose a language, which then decides. */
function format(name: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const { locale } = preferences();
  const zone = timeZone();
  const key = `${name}|${locale}|${zone}`;
  const known = formats.get(key);
  if (known) return known;
  const made = new Intl.DateTimeFormat(locale === "plain" ? "en-GB" : locale, {
    ...options,
    ...(zone && { timeZone: zone }),
  });
  formats.set(key, made);
  return made;
}

const minutes = { hour: "2-digit", minute: "2-digit" } as const;
const seconds = { ...minutes, second: "2-digit" } as const;
const day = { day: "numeric", month: "short" } as const;

const DAY_MS = 86_400_000;

/** The reader's clock: 14:02:31. */
export function clockTime(ms: number): string {
  return format("clock", seconds).format(ms);
}

/** Hours and minutes: 14:02. */
export function clockMinutes(ms: number): string {
  return format("minutes", minutes).format(ms);
}

/** 3 Nov. */
export function calendarDay(ms: number): string {
  return format("day", day).format(ms);
}

/** 3 Nov 2026. */
export function calendarDate(ms: number): string {
  return format("date", { ...day, year: "numeric" }).format(ms);
}

/** The clock for what happened within a day of `now`, else the day too. */
export function when(ms: number, now: number): string {
  return Math.abs(now - ms) < DAY_MS ? clockTime(ms) : toTheMinute().format(ms);
}

/** Day, time, milliseconds and zone, for hover and copy. */
export function exactTime(ms: number): string {
  return format("everything", {
    ...day,
    ...seconds,
    year: "numeric",
    fractionalSecondDigits: 3,
    timeZoneName: "short",
  }).format(ms);
}

const toTheMinute = () => format("day and clock", { ...day, ...minutes });
const toTheSecond = () => format("day and exact clock", { ...day, ...seconds });

/** Day and clock: 3 Nov, 14:02:31. */
export function momentInWords(ms: number): string {
  return toTheSecond().format(ms);
}

const MINUTE_MS = 60_000;

/** Two moments as a span: 3 Nov, 14:00 – 15:30; with seconds where it is short and they make a difference. */
export function spanInWords(from: number, to: number): string {
  const whole = from % MINUTE_MS === 0 && to % MINUTE_MS === 0;
  const clock = whole || to - from > 10 * MINUTE_MS ? toTheMinute() : toTheSecond();
  return clock.formatRange(from, to);
}
