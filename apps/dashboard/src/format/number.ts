import { numberFormat } from "./locale.ts";

/** What stands where a number is not known. Always shown with a reason beside or on hover. */
export const UNKNOWN = "—";

export type Maybe = number | null | undefined;

export function isKnown(value: Maybe): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

const whole = { maximumFractionDigits: 0 } as const;
const precise = { maximumFractionDigits: 6 } as const;

const scales = [
  [1e12, "T"],
  [1e9, "B"],
  [1e6, "M"],
  [1e3, "k"],
] as const;

/** `value` to three significant digits, without an exponent: 0.123, 1.23, 12.3, 123. */
export function three(value: number): string {
  if (value === 0) return "0";
  const size = Math.abs(value);
  if (size < 0.001) return `${value < 0 ? "-" : ""}<${fixed(0.001, 3)}`;
  const digits = Math.max(0, 2 - Math.floor(Math.log10(size)));
  // Rounding may carry into the next power of ten: 9.996 is 10.0, not 10.00.
  const rounded = Number(size.toFixed(digits));
  const shown = Math.max(0, 2 - Math.floor(Math.log10(rounded)));
  return (value < 0 ? "-" : "") + fixed(rounded, Math.min(shown, digits));
}

function fixed(value: number, digits: number): string {
  return numberFormat({
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
    useGrouping: false,
  }).format(value);
}

function scaled(value: number): string {
  for (const [index, [unit, name]] of scales.entries()) {
    // 999,950 rounds to 1,000k, so the next unit takes over a little early.
    if (Math.abs(value) < unit * 0.9995) continue;
    const larger = scales[index - 1];
    const text = three(value / unit);
    return larger && text === "1000" ? `1.00${larger[1]}` : `${text}${name}`;
  }
  return three(value);
}

/** How many of something: whole to 9,999, then 38.2k, 1.24M. */
export function count(value: Maybe): string {
  if (!isKnown(value)) return UNKNOWN;
  return Math.abs(value) < 9_999.5 ? numberFormat(whole).format(value) : scaled(value);
}

export const requestsInWords = (value: number): string =>
  `${count(value)} ${value === 1 ? "request" : "requests"}`;

/** How many per second, or any other number that need not be whole: 0.12, 12.3, 1.24k. */
export function rate(value: Maybe): string {
  return isKnown(value) ? scaled(value) : UNKNOWN;
}

/** A share given as 0..1: 0%, 0.042%, 4.20%, 100%. */
export function share(value: Maybe): string {
  if (!isKnown(value)) return UNKNOWN;
  if (value === 0) return "0%";
  if (value === 1) return "100%";
  return `${three(value * 100)}%`;
}

/** A share given as 0..100. */
export function percentage(value: Maybe): string {
  return share(isKnown(value) ? value / 100 : value);
}

/** Every digit that says something, for hover and copy. */
export function exact(value: Maybe): string {
  return isKnown(value) ? numberFormat(precise).format(value) : UNKNOWN;
}

/** Unknown as a whole when every request is unknown: a sum of nothing would read as zero. */
export function sumUnlessUnknown(sum: Maybe, unknown: number | undefined, requests: Maybe): Maybe {
  return isKnown(requests) && requests > 0 && (unknown ?? 0) >= requests ? null : sum;
}
