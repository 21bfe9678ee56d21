import { useMemo, useState } from "react";
import { usePreferences } from "../preferences/preferences.ts";
import { usePageNow } from "../services/page-clock.ts";
import { LONGEST_STREAMED_MS, lengthOf, type Range, stepFor } from "./range.ts";
import { useRange } from "./use-range.ts";

/** A stretch of time as history is asked for it. */
export interface Span {
  /** Unix ms; whole steps where nothing else is said. */
  readonly from: number;
  readonly to: number;
  /** ms. */
  readonly step: number;
  /** It ends with the step that runs: to be asked for anew meanwhile. */
  readonly live: boolean;
}

/** Whether the stream alone can draw a range. */
export function isStreamed(range: Range): boolean {
  return range.kind === "live" && range.ms <= LONGEST_STREAMED_MS;
}

const QUICKEST_MS = 5_000;

/** `range` in whole steps as of `now`; a live one ends with the step that runs. */
export function spanOf(
  range: Range,
  now: number,
  most?: number,
  step: number = stepFor(lengthOf(range), most),
): Span {
  const end = range.kind === "live" ? now : range.to;
  const to = Math.ceil(end / step) * step;
  const from = Math.floor((end - lengthOf(range)) / step) * step;
  return { from, to, step, live: range.kind === "live" };
}

const REPLAY_REFRESH_MS = 2_000;

/**
 * How far history is asked in a replay, which must not tell what comes: so close to `now` that it is
 * asked anew every two seconds at most.
 */
export function replayedUpTo(now: number, step: number, speed: number): number {
  const pace = Math.max(1_000, Math.min(step, 60_000), speed * REPLAY_REFRESH_MS);
  return Math.floor(now / pace) * pace;
}

/**
 * The page's range as history is asked for it: a live one moves on with its steps. `refresh` says how
 * often what is shown of the step that runs should be asked for anew. Without a step given it has
 * at most so many.
 */
export function useSpan(most?: number, step?: number): Span & { readonly refresh: number } {
  return useSpanOf(useRange(), most, step);
}

/** The same of a range that need not be the page's. */
export function useSpanOf(
  range: Range,
  most?: number,
  given?: number,
): Span & { readonly refresh: number } {
  const { refreshMs } = usePreferences();
  const { now, speed } = usePageNow();
  const whole = spanOf(range, now, most, given);
  const { from, step, live } = whole;
  const to = live && speed !== null ? replayedUpTo(now, step, speed) : whole.to;
  return useMemo(() => {
    const refresh = Math.max(QUICKEST_MS, refreshMs, Math.min(step / 2, 60_000));
    return { from, to, step, live, refresh };
  }, [from, to, step, live, refreshMs]);
}

/**
 * `range` to the millisecond: what is told of it in words and sums must not be longer, nor end ahead.
 * What it has will not change; as time goes on it is another.
 */
export function exactSpanOf(range: Range, now: number, most?: number): Span {
  const to = range.kind === "live" ? now : range.to;
  const length = lengthOf(range);
  return { from: to - length, to, step: stepFor(length, most), live: false };
}

/** The page's range to the millisecond; a live one moves on when it is due to be asked for anew. */
export function useExactSpan(most?: number): Span & { readonly refresh: number } {
  const range = useRange();
  const { refresh } = useSpanOf(range, most);
  const { now, speed } = usePageNow();
  const [held, setHeld] = useState(now);
  const pace = Math.max(refresh, (speed ?? 0) * REPLAY_REFRESH_MS);
  const due = now < held || now - held >= pace;
  if (due) setHeld(now);
  const end = due ? now : held;
  return useMemo(
    () => ({ ...exactSpanOf(range, end, most), refresh }),
    [range, end, most, refresh],
  );
}
