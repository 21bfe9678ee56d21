import { clockTime } from "../format/time.ts";
import { useBackToNow, useRange } from "./use-range.ts";

/** Says that the page stands still in the past, however live the connection is, and leads out of it. */
export function PastBadge() {
  const range = useRange();
  const backToNow = useBackToNow();
  if (range.kind !== "fixed") return null;
  const span = `${clockTime(range.from)} to ${clockTime(range.to)}`;
  return (
    <button
      type="button"
      title={`This page shows ${span}, not now. Back to now: L`}
      onClick={backToNow}
      className="flex h-8 items-center gap-1.5 rounded-inner border border-watch/40 bg-watch-soft px-2.5 font-medium whitespace-nowrap text-watch max-md:h-11"
    >
      Past
      <span className="max-lg:sr-only">· back to now</span>
    </button>
  );
}
