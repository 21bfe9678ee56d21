const whole = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

export const unknown = "–";

/** ms below a second, then seconds in three digits, then minutes. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return unknown;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 99.95) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(Math.round(seconds) / 60);
  return `${whole.format(minutes)} m ${`${Math.round(seconds) % 60}`.padStart(2, "0")} s`;
}

export function count(value: number | null | undefined): string {
  return value === null || value === undefined ? unknown : whole.format(value);
}

/** US dollars; small amounts keep two digits that say something. */
export function dollars(value: number | null | undefined): string {
  if (value === null || value === undefined) return unknown;
  if (value === 0) return "$0";
  if (value >= 1) return `$${value.toFixed(2)}`;
  if (value < 0.000001) return "<$0.000001";
  const digits = Math.min(8, 1 - Math.floor(Math.log10(value)));
  return `$${value.toFixed(Math.max(2, digits))}`;
}

/** Per second: one decimal below ten, where it matters. */
export function rate(value: number): string {
  return value > 0 && value < 9.95 ? value.toFixed(1) : whole.format(value);
}

/** A fraction 0..1 as percent. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(share > 0 && share < 0.0995 ? 1 : 0)}%`;
}

/** Local time of day, `HH:MM:SS`. */
export function timeOfDay(time: number): string {
  const date = new Date(time);
  if (Number.isNaN(date.getTime())) return unknown;
  return [date.getHours(), date.getMinutes(), date.getSeconds()]
    .map((part) => `${part}`.padStart(2, "0"))
    .join(":");
}
