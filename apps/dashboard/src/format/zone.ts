import { preferences } from "../preferences/preferences.ts";

/** The zone times are shown in; `undefined` is the browser's own. */
export function timeZone(): string | undefined {
  const { timeZone } = preferences();
  return timeZone === "local" ? undefined : timeZone;
}

export function zoneName(): string {
  return timeZone() ?? Intl.DateTimeFormat().resolvedOptions().timeZone;
}

interface Parts {
  readonly date: string;
  readonly time: string;
}

function parts(ms: number): Parts {
  const format = new Intl.DateTimeFormat("en-CA", {
    timeZone: timeZone(),
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
  const of = new Map(format.formatToParts(ms).map(({ type, value }) => [type, value]));
  return {
    date: `${of.get("year")}-${of.get("month")}-${of.get("day")}`,
    time: `${of.get("hour")}:${of.get("minute")}:${of.get("second")}`,
  };
}

/** A moment as `<input type="datetime-local">` holds it, in the reader's zone. */
export function zonedInput(ms: number): string {
  const { date, time } = parts(ms);
  return `${date}T${time}`;
}

/** The moment that such an input says; null when it says none. */
export function fromZoned(text: string): number | null {
  const asUtc = Date.parse(`${text.length === 16 ? `${text}:00` : text}Z`);
  if (!Number.isFinite(asUtc)) return null;
  // How far the zone is from UTC depends on the moment looked for: the second try is right on either side of a change.
  const offset = (ms: number): number =>
    Date.parse(`${zonedInput(ms)}Z`) - Math.floor(ms / 1000) * 1000;
  const guess = asUtc - offset(asUtc);
  return asUtc - offset(guess);
}

/** When the day of a moment began, in the reader's zone. Unix ms. */
export function midnightOf(ms: number): number {
  return fromZoned(`${parts(ms).date}T00:00`) ?? ms;
}
