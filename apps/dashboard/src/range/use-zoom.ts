import { useCallback, useRef } from "react";
import type { Range } from "./range.ts";
import { useRange, useSetRange } from "./use-range.ts";

// Marked by accident rather than on purpose, ms.
const SHORTEST_MS = 2_000;

/** Marking a stretch of a chart makes it the page's range; `reset` goes back to where that began. */
export function useZoom(): {
  readonly zoom: (from: number, to: number) => void;
  readonly reset: () => void;
} {
  const range = useRange();
  const setRange = useSetRange();
  const before = useRef<Range>({ kind: "live", ms: 300_000 });
  const zoom = useCallback(
    (from: number, to: number): void => {
      if (to - from < SHORTEST_MS) return;
      if (range.kind === "live") before.current = range;
      setRange({ kind: "fixed", from: Math.floor(from), to: Math.ceil(to) });
    },
    [range, setRange],
  );
  const reset = useCallback((): void => {
    if (range.kind === "fixed") setRange(before.current);
  }, [range, setRange]);
  return { zoom, reset };
}
