"use client";

import { useCallback, useSyncExternalStore } from "react";
import { useWebSocket } from "../context.ts";
import { useTelltaleState } from "../hooks/use-telltale-state.ts";
import { freshness } from "./wording.ts";

const STEP_MS = 1_000;

/** The words beside the state. Looks at the clock each second, renders when the words change. */
export function useFreshness(wanted: boolean): string {
  const service = useWebSocket();
  const { env } = service;
  // The first data are to be seen at once, not with the next second.
  useTelltaleState((state) => state.lastUpdate === null);
  const subscribe = useCallback(
    (changed: () => void) => {
      if (!wanted) return () => {};
      let cancel = env.after(STEP_MS, step);
      function step(): void {
        cancel = env.after(STEP_MS, step);
        changed();
      }
      return () => cancel();
    },
    [env, wanted],
  );
  return useSyncExternalStore(
    subscribe,
    () => (wanted ? freshness(service.getConnectionInfo(), service.staleAfter(), env.now()) : ""),
    () => "",
  );
}
