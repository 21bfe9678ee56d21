import { ArrowDown, ArrowRight, ArrowUp } from "lucide-react";
import { count, isKnown, type Maybe, share, UNKNOWN } from "../format/number.ts";

interface ChangeProps {
  readonly now: Maybe;
  readonly before: Maybe;
  /** Which way is the worse one; without it a change is neither good nor bad. */
  readonly worse?: "more" | "less";
  readonly reason?: string;
}

/** From here on it is said how many times as much it is: of that many per cent nobody has an idea. */
const TIMES = 9.5;

/** How far a figure is from what it was, as a share of that. The arrow says which way, not colour alone. */
export function Change({ now, before, worse, reason = "Nothing to compare with" }: ChangeProps) {
  if (!isKnown(now) || !isKnown(before) || before === 0) {
    return (
      <span className="text-faint" title={reason}>
        <span aria-hidden="true">{UNKNOWN}</span>
        <span className="sr-only">unknown: {reason}</span>
      </span>
    );
  }
  const relative = now / before - 1;
  const Arrow = relative > 0.0005 ? ArrowUp : relative < -0.0005 ? ArrowDown : ArrowRight;
  const bad = worse === "more" ? relative > 0.05 : worse === "less" ? relative < -0.05 : false;
  const good = worse === "more" ? relative < -0.05 : worse === "less" ? relative > 0.05 : false;
  return (
    <span
      className={`inline-flex items-center gap-0.5 whitespace-nowrap numbers ${bad ? "text-bad" : good ? "text-good" : "text-muted"}`}
    >
      <Arrow size={12} aria-hidden="true" />
      <span className="sr-only">{relative > 0 ? "up" : relative < 0 ? "down" : "unchanged"}</span>
      {relative < TIMES ? share(Math.abs(relative)) : `${count(Math.round(relative + 1))}×`}
    </span>
  );
}
