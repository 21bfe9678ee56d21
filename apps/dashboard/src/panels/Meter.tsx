import { percentage } from "../format/number.ts";

interface MeterProps {
  readonly label: string;
  /** 0..100. */
  readonly value: number;
  /** Whether being full is a fault; a busy GPU is none. Default true. */
  readonly alarm?: boolean;
}

/** How full something is. What is too full says so in a word, too. */
export function Meter({ label, value, alarm = true }: MeterProps) {
  const level = !alarm ? "fine" : value >= 90 ? "bad" : value >= 75 ? "watch" : "fine";
  const color = { bad: "bg-bad", watch: "bg-watch", fine: "bg-accent" }[level];
  return (
    // biome-ignore lint/a11y/useSemanticElements: browsers draw <meter> each in its own way
    <div
      role="meter"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(value)}
      aria-valuetext={`${percentage(value)}${level === "bad" ? ", nearly full" : level === "watch" ? ", high" : ""}`}
      className="h-1 w-full overflow-hidden rounded-full bg-raised"
    >
      <div
        className={`h-full rounded-full ${color}`}
        style={{ width: `${Math.min(100, Math.max(0, value))}%` }}
      />
    </div>
  );
}
