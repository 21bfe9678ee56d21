import { History } from "lucide-react";
import { useRange } from "../range/use-range.ts";
import { useReplayControl } from "./use-replay-control.ts";

/** Beside a stretch of time that was marked or chosen: plays it. */
export function ReplayHere() {
  const range = useRange();
  const { start, play } = useReplayControl();
  if (range.kind !== "fixed" || start !== null) return null;
  return (
    <button
      type="button"
      aria-label="Replay this range"
      title="Replay this range"
      onClick={() => play(range.from, { from: range.from, to: range.to })}
      className="flex h-8 items-center gap-1.5 rounded-inner border border-demo/40 px-2.5 font-medium text-demo transition-colors hover:bg-demo-soft max-md:h-11"
    >
      <History size={14} aria-hidden="true" />
      <span className="max-lg:hidden">Replay</span>
    </button>
  );
}
