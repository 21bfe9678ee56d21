import {
  createContext,
  type ReactNode,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
} from "react";
import { type RealtimeMetrics, useRealtimeMetrics } from "@/services";
import { usePreferences } from "../preferences/preferences.ts";
import { assignModelColors } from "../theme/model-color.ts";

/** Finished and running requests, and errors, that the live pages hold. */
export const KEPT_REQUESTS = 500;

export type Live = Omit<RealtimeMetrics, "clearHistory">;

const LiveContext = createContext<Live | null>(null);
const LatestContext = createContext<{ readonly current: Live } | null>(null);

/** `value`, but a new one at most every `ms`; the first figures at once. */
function usePaced(value: Live, ms: number): Live {
  const [shown, setShown] = useState(value);
  const latest = useRef(value);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const shownAt = useRef(Number.NEGATIVE_INFINITY);

  useEffect(() => {
    latest.current = value;
    if (timer.current !== undefined) return;
    const show = (): void => {
      timer.current = undefined;
      if (latest.current.metrics !== null) shownAt.current = performance.now();
      setShown(latest.current);
    };
    const wait = shownAt.current + ms - performance.now();
    if (wait <= 0) show();
    else timer.current = setTimeout(show, wait);
  }, [value, ms]);

  useEffect(
    () => () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    },
    [],
  );
  return shown;
}

/** Hands every page the same figures, at a pace that can be read. */
export function LiveProvider({ children }: { readonly children: ReactNode }) {
  const {
    metrics,
    models,
    recentRequests,
    recentErrors,
    systemStats,
    rateLimits,
    costs,
    kvCache,
    isConnected,
    connectionState,
    lastUpdate,
  } = useRealtimeMetrics({ maxRecentRequests: KEPT_REQUESTS, maxRecentErrors: KEPT_REQUESTS });
  const live = useMemo<Live>(
    () => ({
      metrics,
      models,
      recentRequests,
      recentErrors,
      systemStats,
      rateLimits,
      costs,
      kvCache,
      isConnected,
      connectionState,
      lastUpdate,
    }),
    [
      metrics,
      models,
      recentRequests,
      recentErrors,
      systemStats,
      rateLimits,
      costs,
      kvCache,
      isConnected,
      connectionState,
      lastUpdate,
    ],
  );
  const { refreshMs } = usePreferences();
  useMemo(() => assignModelColors(models.keys()), [models]);
  const latest = useRef(live);
  useEffect(() => {
    latest.current = live;
  }, [live]);
  return (
    <LatestContext value={latest}>
      <LiveContext value={usePaced(live, refreshMs)}>{children}</LiveContext>
    </LatestContext>
  );
}

export function useLive(): Live {
  const live = useContext(LiveContext);
  if (!live) throw new Error("useLive needs a LiveProvider around it.");
  return live;
}

/** The newest figures for an answer to a click: whoever uses it is not rendered anew for them. */
export function useLatestLive(): { readonly current: Live } {
  const latest = useContext(LatestContext);
  if (!latest) throw new Error("useLatestLive needs a LiveProvider around it.");
  return latest;
}
