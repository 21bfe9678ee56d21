import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type PointerEvent, useRef, useState } from "react";
import { clockMinutes, exactTime, spanInWords } from "../format/time.ts";
import { stepFor } from "../range/range.ts";
import { fetchSeries, type Series } from "../services/rest.ts";
import type { ReplayWindow } from "./replay-search.ts";

interface TimelineProps {
  readonly window: ReplayWindow;
  /** Unix ms. */
  readonly at: number;
  readonly onGo: (at: number) => void;
}

const BARS = 120;
/** Keys are often pressed several times: the last one counts. */
const SETTLE_MS = 250;

function useBars({ from, to }: ReplayWindow): {
  readonly bars: readonly { readonly t: number; readonly all: number; readonly failed: number }[];
  readonly step: number;
} {
  const step = stepFor(to - from, BARS);
  const start = Math.floor(from / step) * step;
  const ask = (metric: string, signal: AbortSignal): Promise<readonly Series[]> =>
    fetchSeries({ metric, from: start, to, step }, signal);
  const { data } = useQuery({
    queryKey: ["replay", start, to, step],
    queryFn: ({ signal }) => Promise.all([ask("requests", signal), ask("errors", signal)]),
    staleTime: 60_000,
  });
  const [requests, errors] = data ?? [];
  const failed = new Map(errors?.[0]?.points);
  const bars = (requests?.[0]?.points ?? []).map(([t, all]) => ({
    t,
    all,
    failed: failed.get(t) ?? 0,
  }));
  return { bars, step };
}

/** Requests and errors of a stretch of the past, to be scrubbed by pointer and keys. */
export function Timeline({ window, at, onGo }: TimelineProps) {
  const { from, to } = window;
  const { bars, step } = useBars(window);
  const [scrubbed, setScrubbed] = useState<number | null>(null);
  const settle = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const shown = Math.min(to, Math.max(from, scrubbed ?? at));
  const most = Math.max(1, ...bars.map(({ all }) => all));
  const share = (t: number): number => ((t - from) / (to - from)) * 1000;

  const timeAt = (event: PointerEvent<HTMLElement>): number => {
    const { left, width } = event.currentTarget.getBoundingClientRect();
    const part = Math.min(1, Math.max(0, (event.clientX - left) / width));
    return Math.min(to - 1, from + part * (to - from));
  };
  const go = (time: number): void => {
    setScrubbed(null);
    onGo(time);
  };
  const press = (event: KeyboardEvent<HTMLElement>): void => {
    const moves: Readonly<Record<string, number>> = {
      ArrowLeft: shown - step,
      ArrowDown: shown - step,
      ArrowRight: shown + step,
      ArrowUp: shown + step,
      PageDown: shown - 10 * step,
      PageUp: shown + 10 * step,
      Home: from,
      End: to - step,
    };
    if (event.key === "Enter") {
      event.preventDefault();
      clearTimeout(settle.current);
      go(shown);
    }
    const next = moves[event.key];
    if (next === undefined) return;
    event.preventDefault();
    const time = Math.min(to - 1, Math.max(from, next));
    setScrubbed(time);
    clearTimeout(settle.current);
    settle.current = setTimeout(() => go(time), SETTLE_MS);
  };

  return (
    <div className="min-w-0 flex-1">
      <div
        role="slider"
        tabIndex={0}
        aria-label={`Time of the replay, ${spanInWords(from, to)}`}
        aria-valuemin={from}
        aria-valuemax={to}
        aria-valuenow={Math.round(shown)}
        aria-valuetext={exactTime(shown)}
        data-replay-timeline=""
        onKeyDown={press}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          setScrubbed(timeAt(event));
        }}
        onPointerMove={(event) => {
          if (scrubbed !== null && event.buttons > 0) setScrubbed(timeAt(event));
        }}
        onPointerUp={(event) => go(timeAt(event))}
        onPointerCancel={() => setScrubbed(null)}
        className="relative h-11 cursor-pointer touch-none rounded-inner border border-demo/30 bg-surface select-none"
      >
        <svg
          viewBox="0 0 1000 100"
          preserveAspectRatio="none"
          aria-hidden="true"
          className="absolute inset-0 size-full"
        >
          {bars.map(({ t, all, failed }) => {
            const x = Math.max(0, share(t));
            const width = Math.max(1.2, share(t + step) - x - 1);
            const height = Math.max(4, (all / most) * 92);
            const bad = failed === 0 ? 0 : Math.max(4, (failed / most) * 92);
            return (
              <g key={t} opacity={t < shown ? 1 : 0.45}>
                <rect
                  x={x}
                  y={100 - height}
                  width={width}
                  height={height}
                  fill="var(--color-demo)"
                />
                {bad > 0 && (
                  <rect x={x} y={100 - bad} width={width} height={bad} fill="var(--color-bad)" />
                )}
              </g>
            );
          })}
        </svg>
        <span
          aria-hidden="true"
          className="pointer-events-none absolute inset-y-0 w-0.5 -translate-x-1/2 bg-ink"
          style={{ left: `${share(shown) / 10}%` }}
        />
      </div>
      <p
        aria-hidden="true"
        className="numbers mt-0.5 flex justify-between text-11 leading-4 text-muted"
      >
        <span>{clockMinutes(from)}</span>
        <span className={scrubbed === null ? "invisible" : "font-medium text-demo"}>
          {exactTime(shown)}
        </span>
        <span>{clockMinutes(to)}</span>
      </p>
    </div>
  );
}
