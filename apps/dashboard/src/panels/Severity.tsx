import type { ErrorUpdate } from "@/services";

const looks: Record<ErrorUpdate["severity"], string> = {
  critical: "border-bad/50 bg-bad-soft text-bad font-semibold",
  high: "border-bad/40 text-bad",
  medium: "border-watch/50 text-watch",
  low: "border-line-strong text-muted",
};

/** How bad an error is, as a word. */
export function Severity({ severity }: Pick<ErrorUpdate, "severity">) {
  return (
    <span
      className={`rounded-full border px-2 text-11 leading-5 font-medium whitespace-nowrap capitalize ${looks[severity]}`}
    >
      {severity}
    </span>
  );
}
