import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { usePreferences } from "../preferences/preferences.ts";
import { useLatestLive } from "../services/live.tsx";
import { behindOf } from "./keep-range.ts";
import { useRange } from "./use-range.ts";

// Without a known latency: what a call may take, ms.
const USUAL_MS = 30_000;

/**
 * Opens the requests that a point of a chart stands for. Figures go by when requests ended, lists by when
 * they began, so the list begins a long latency (p99) earlier. The other pages keep their range.
 */
export function useBehind(): (from: number, to: number, q?: string) => void {
  const navigate = useNavigate();
  const live = useLatestLive();
  const behind = behindOf(useRange(), usePreferences().defaultRange);
  return useCallback(
    (from, to, q) => {
      const latency = live.current.metrics?.p99_latency_ms ?? USUAL_MS;
      void navigate({
        to: "/requests",
        search: {
          from: new Date(Math.floor(from - latency)).toISOString(),
          to: new Date(Math.ceil(to)).toISOString(),
          behind,
          ...(q !== undefined && { q }),
        },
      });
    },
    [navigate, live, behind],
  );
}
