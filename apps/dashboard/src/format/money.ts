import { isKnown, type Maybe, UNKNOWN } from "./number.ts";

const cents = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const small = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
  maximumSignificantDigits: 2,
  minimumSignificantDigits: 2,
});
const compact = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
  notation: "compact",
  minimumSignificantDigits: 3,
  maximumSignificantDigits: 3,
});
const full = new Intl.NumberFormat("en-US", {
  style: "currency",
  currency: "USD",
  maximumFractionDigits: 9,
});

/** US dollars: to the cent from $1, to two significant digits below, $123k from $100,000. */
export function money(value: Maybe): string {
  if (!isKnown(value)) return UNKNOWN;
  const size = Math.abs(value);
  if (size === 0) return "$0.00";
  if (size < 0.995) return size < 1e-7 ? "<$0.0000001" : small.format(value);
  return size < 99_999.995 ? cents.format(value) : compact.format(value);
}

/** Every digit, for hover and copy. */
export function exactMoney(value: Maybe): string {
  return isKnown(value) ? full.format(value) : UNKNOWN;
}
