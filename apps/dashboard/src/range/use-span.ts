import { useMemo } from "react";
import { usePreferences } from "../preferences/preferences.ts";
import { useSeconds } from "../services/seconds.ts";
import { LONGEST_STREAMED_MS, lengthOf, type Range, stepFor } from "./range.ts";
import { useRange } from "./use-range.ts";

/** A stretch of time as history is asked for it. */
export interface Span {
  /** Unix ms, whole steps. */
  readonly from: number;
  readonly to: number;
  /** ms. */
  readonly step: number;
  /** It ends now and moves on. */
  readonly live: boolean;
}

/** Whether the stream alone can draw a range. */
export function isStreamed(range: Range): boolean {
  return range.kind === "live" && range.ms <= LONGEST_STREAMED_MS;
}

const QUICKEST_MS = 5_000;

/** `range` in whole steps as of `now`; a live one ends with the step that runs. */
export function spanOf(range: Range, now: number, most?: number): Span {
  const step = stepFor(lengthOf(range), most);
  const end = range.kind === "live" ? now : range.to;
  const to = Math.ceil(end / step) * step;
  const from = Math.floor((end - lengthOf(range)) / step) * step;
  return { from, to, step, live: range.kind === "live" };
}

/**
 * The page's range as history is asked for it: a live one moves on with its steps. `refresh` says how
 * often what is shown of the step that runs should be asked for anew.
 */
export function useSpan(most?: number): Span & { readonly refresh: number } {
  return useSpanOf(useRange(), most);
}

/** The same of a range that need not be the page's. */
export function useSpanOf(range: Range, most?: number): Span & { readonly refresh: number } {
  const { refreshMs } = usePreferences();
  const now = useSeconds();
  const { from, to, step, live } = spanOf(range, now, most);
  return useMemo(() => {
    const refresh = Math.max(QUICKEST_MS, refreshMs, Math.min(step / 2, 60_000));
    return { from, to, step, live, refresh };
  }, [from, to, step, live, refreshMs]);
}
