import { useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { usePreferences } from "../preferences/preferences.ts";
import { useLatestLive } from "../services/live.tsx";
import { behindOf } from "./keep-range.ts";
import { useRange } from "./use-range.ts";

// Without a known latency: what a call may take, ms.
const USUAL_MS = 30_000;

/** The requests page, of a time of its own. */
interface BehindSearch {
  readonly from: string;
  readonly to: string;
  readonly behind: string;
  readonly q?: string;
}

/**
 * Where the requests are that a figure of a time stands for. Figures go by when requests ended, lists by
 * when they began, so the list begins a long latency (p99) earlier. The other pages keep their range.
 */
export function useBehindSearch(): (from: number, to: number, q?: string) => BehindSearch {
  const live = useLatestLive();
  const behind = behindOf(useRange(), usePreferences().defaultRange);
  return useCallback(
    (from, to, q) => {
      const latency = live.current.metrics?.p99_latency_ms ?? USUAL_MS;
      return {
        from: new Date(Math.floor(from - latency)).toISOString(),
        to: new Date(Math.ceil(to)).toISOString(),
        behind,
        ...(q !== undefined && { q }),
      };
    },
    [live, behind],
  );
}

/** Opens them. */
export function useBehind(): (from: number, to: number, q?: string) => void {
  const navigate = useNavigate();
  const searchOf = useBehindSearch();
  return useCallback(
    (from, to, q) => void navigate({ to: "/requests", search: searchOf(from, to, q) }),
    [navigate, searchOf],
  );
}
