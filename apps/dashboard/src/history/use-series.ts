import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { Span } from "../range/use-span.ts";
import { pageNow } from "../services/page-clock.ts";
import { fetchSeries, type Series, type SeriesQuestion } from "../services/rest.ts";
import type { Point } from "./line.ts";
import { stepOf } from "./steps.ts";

export interface StoredLine {
  readonly group: string;
  readonly points: readonly Point[];
}

export interface StoredSeries {
  readonly lines: readonly StoredLine[];
  readonly state: "loading" | "ready" | "failed";
  /** What went wrong, in words. */
  readonly failure: string | undefined;
}

/** Sums are 0 where nothing happened; percentiles, averages and shares are then unknown. */
const SUMS = /^(?:requests|errors|cost|.*_per_second|.*tokens)$/;

/** What ran only for seconds is no figure yet, and would twitch at the end of every line. */
const LONG_STEP_MS = 60_000;

/**
 * The points of every step of the span: those that history leaves out are 0 for sums, from when data
 * `begin`. Of the step that runs only what is known already, and that where it is all there is, or long.
 */
export function everyStep(
  { points }: Pick<Series, "points">,
  { from, to, step }: Pick<Span, "from" | "to" | "step">,
  absent: 0 | null,
  begin: number,
  now: number,
): Point[] {
  const known = new Map(points);
  const all: Point[] = [];
  for (let t = stepOf(from, step); t < to; t += step) {
    // What came after the span was not asked for, whatever has passed since.
    const over = t + step <= Math.min(now, to);
    const told = over || step >= LONG_STEP_MS || t <= begin;
    const value = told ? known.get(t) : undefined;
    all.push([t, value ?? (over && t >= begin ? absent : null)]);
  }
  return all;
}

export interface SeriesOptions extends Pick<SeriesQuestion, "metric" | "group" | "q"> {
  /** Asked only while this holds. Default true. */
  readonly enabled?: boolean;
  /** The same stretch, so long before; ms. */
  readonly before?: number;
}

/** One metric over a span, from history; what was shown stays until its successor is there. */
export function useSeries(
  span: Span & { readonly refresh: number },
  { metric, group, q, enabled = true, before = 0 }: SeriesOptions,
): StoredSeries {
  const { from, to, step, live, refresh } = span;
  const question = { metric, group, q, from: from - before, to: to - before, step };
  const { data, error, isPending } = useQuery({
    queryKey: ["series", question],
    queryFn: ({ signal }) => fetchSeries(question, signal),
    enabled,
    placeholderData: keepPreviousData,
    refetchInterval: live && before === 0 ? refresh : false,
    staleTime: live && before === 0 ? refresh / 2 : Number.POSITIVE_INFINITY,
  });
  const lines = useMemo(() => {
    const starts = (data ?? []).flatMap(({ points }) => points[0]?.[0] ?? []);
    const begin = Math.min(...starts);
    const absent = SUMS.test(metric) ? 0 : null;
    const shown = { from: from - before, to: to - before, step };
    // Whole steps, so that each point of then stands under one of now.
    const later = stepOf(from, step) - stepOf(from - before, step);
    return (data ?? []).map((line): StoredLine => {
      const points = everyStep(line, shown, absent, begin, pageNow());
      return {
        group: line.group ?? "",
        points: later === 0 ? points : points.map(([t, value]) => [t + later, value]),
      };
    });
  }, [data, metric, from, to, step, before]);
  const state = error ? "failed" : isPending && enabled ? "loading" : "ready";
  return { lines, state, failure: error?.message };
}
