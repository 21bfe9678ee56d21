import { isKnown, type Maybe, UNKNOWN } from "./number.ts";
import { type UnitName, units } from "./unit.ts";

interface FigureProps {
  readonly value: Maybe;
  readonly unit: UnitName;
  /** Why the value is not known; shown on hover and to screen readers. */
  readonly reason: string;
  readonly className?: string;
}

/** One number: short on the page, in full on hover; "—" with the reason when it is not known. */
export function Figure({ value, unit, reason, className = "" }: FigureProps) {
  if (!isKnown(value)) {
    return (
      <span className={`text-faint ${className}`} title={reason}>
        <span aria-hidden="true">{UNKNOWN}</span>
        <span className="sr-only">unknown: {reason}</span>
      </span>
    );
  }
  const { short, full } = units[unit];
  return (
    <span className={`tabular-nums ${className}`} title={full(value)}>
      {short(value)}
    </span>
  );
}
