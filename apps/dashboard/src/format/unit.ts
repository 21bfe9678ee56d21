import { bytes, bytesPerSecond, exactBytes } from "./bytes.ts";
import { duration, exactDuration } from "./duration.ts";
import { exactMoney, money } from "./money.ts";
import { count, exact, type Maybe, percentage, rate, share } from "./number.ts";

/** How a kind of number is written: short on the page, in full on hover and in copies. */
export interface Unit {
  readonly short: (value: Maybe) => string;
  readonly full: (value: Maybe) => string;
}

const withSign = (value: Maybe, factor: number): string =>
  typeof value === "number" ? `${exact(value * factor)}%` : exact(value);

export const units = {
  count: { short: count, full: exact },
  rate: { short: rate, full: exact },
  duration: { short: duration, full: exactDuration },
  money: { short: money, full: exactMoney },
  share: { short: share, full: (value: Maybe) => withSign(value, 100) },
  percentage: { short: percentage, full: (value: Maybe) => withSign(value, 1) },
  bytes: { short: bytes, full: exactBytes },
  bytesPerSecond: {
    short: bytesPerSecond,
    full: (value: Maybe) => (typeof value === "number" ? `${exactBytes(value)}/s` : exact(value)),
  },
} satisfies Record<string, Unit>;

export type UnitName = keyof typeof units;
