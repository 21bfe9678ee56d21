"use client";

import type { ConnectionInfo } from "@telltale/client";
import { useCallback, useSyncExternalStore } from "react";
import { useWebSocket } from "../context.ts";

const STEP_MS = 1_000;

/**
 * The words that `say` finds for the connection: looked up each second and with each render, shown
 * when they differ.
 *
 * @param say Gets the connection, the time (Unix ms) and the silence that counts as stale (ms).
 */
export function useEachSecond(
  say: (info: ConnectionInfo, now: number, staleAfter: number) => string,
  wanted = true,
): string {
  const service = useWebSocket();
  const { env, store } = service;
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
  const now = (info: ConnectionInfo): string =>
    wanted ? say(info, env.now(), service.staleAfter()) : "";
  return useSyncExternalStore(
    subscribe,
    () => now(service.getConnectionInfo()),
    () => {
      // What a server renders, so that a page hydrates without a difference however late.
      const nothing = { messageCount: 0, bytesReceived: 0, bytesSent: 0, lastFrameAt: null };
      const info = service.getConnectionInfo();
      return now({ ...info, ...store.initialState.connection, ...nothing });
    },
  );
}
