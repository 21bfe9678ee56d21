import { z } from "zod";

const UNITS: ReadonlyMap<string, number> = new Map([
  ["", 1],
  ["ms", 1],
  ["s", 1000],
  ["m", 60_000],
  ["h", 3_600_000],
  ["d", 86_400_000],
  ["w", 7 * 86_400_000],
]);

const FORM = /^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)?$/;

/** ms, or such as `90s`, `5m`, `1h`, `3d`; ms in what is answered. */
export function duration(least: number, most: number): z.ZodType<number, number | string> {
  const expected = `expected a duration from ${describeDuration(least)} to ${describeDuration(most)}: ms, or such as "90s", "5m", "1h", "3d"`;
  return z
    .union([z.number(), z.string().regex(FORM, { error: expected })], { error: expected })
    .transform((given) => {
      if (typeof given === "number") return Math.round(given);
      const [, digits = "", unit = ""] = FORM.exec(given) ?? [];
      return Math.round(Number(digits) * (UNITS.get(unit) ?? 1));
    })
    .refine((ms) => ms >= least && ms <= most, { error: expected });
}

/** `5 min`, `1 h 30 min`; at most two units, which is all that a reader takes in. */
export function describeDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  const parts: string[] = [];
  let left = Math.round(ms / 1000);
  for (const [unit, seconds] of [
    ["d", 86_400],
    ["h", 3600],
    ["min", 60],
    ["s", 1],
  ] as const) {
    const count = Math.floor(left / seconds);
    left -= count * seconds;
    if (count > 0) parts.push(`${count} ${unit}`);
  }
  return parts.slice(0, 2).join(" ");
}
