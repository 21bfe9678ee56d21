import { preferences } from "../preferences/preferences.ts";
import { numberFormat } from "./locale.ts";
import { isKnown, type Maybe, UNKNOWN } from "./number.ts";

const cents = { minimumFractionDigits: 2, maximumFractionDigits: 2 };
const small = { maximumSignificantDigits: 2, minimumSignificantDigits: 2 };
const compact = {
  notation: "compact",
  minimumSignificantDigits: 3,
  maximumSignificantDigits: 3,
} as const;
const full = { maximumFractionDigits: 9 };

const SMALLEST = 1e-7;

function inCurrency(dollars: number, options: Intl.NumberFormatOptions): string {
  const { currency, perDollar } = preferences();
  return numberFormat({ style: "currency", currency, ...options }).format(dollars * perDollar);
}

/** Money given in US dollars: to the cent from $1, to two significant digits below, $123k from $100,000. */
export function money(value: Maybe): string {
  if (!isKnown(value)) return UNKNOWN;
  const size = Math.abs(value * preferences().perDollar);
  if (size === 0) return inCurrency(0, cents);
  if (size < SMALLEST) {
    return `<${inCurrency(SMALLEST / preferences().perDollar, { maximumFractionDigits: 7 })}`;
  }
  if (size < 0.995) return inCurrency(value, small);
  return inCurrency(value, size < 99_999.995 ? cents : compact);
}

/** Every digit, for hover and copy. */
export function exactMoney(value: Maybe): string {
  return isKnown(value) ? inCurrency(value, full) : UNKNOWN;
}
