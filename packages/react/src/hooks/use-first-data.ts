"use client";

import type { WebSocketService } from "@telltale/client";
import { useSyncExternalStore } from "react";
import { useWebSocket } from "../context.ts";

type Store = WebSocketService["store"];

const waiting = new WeakMap<Store, Promise<void>>();
const never = (): (() => void) => () => {};

/** Nothing has arrived, and something still may. */
function isEmpty(store: Store): boolean {
  const { connection, lastUpdate } = store.getState();
  return lastUpdate === null && connection.state !== "ERROR" && connection.state !== "CLOSED";
}

/** The same promise for everybody who waits for the same service. */
function firstData(store: Store): Promise<void> {
  const known = waiting.get(store);
  if (known) return known;
  const promise = new Promise<void>((resolve) => {
    const stop = store.subscribe(() => {
      if (isEmpty(store)) return;
      stop();
      waiting.delete(store);
      resolve();
    });
  });
  waiting.set(store, promise);
  return promise;
}

/**
 * Suspends until the first data have arrived, or never can because the connection has ended in
 * `ERROR` or `CLOSED`; afterwards does nothing. The nearest `<Suspense>` must be *below* the
 * `WebSocketProvider`: above it, it would keep the provider from mounting, and so from connecting.
 * A server does not wait: it renders what there is before anything has arrived.
 */
export function useFirstData(enabled = true): void {
  const { store } = useWebSocket();
  // True also while a browser hydrates; there it may wait, and what the server rendered stays.
  const serverRendered = useSyncExternalStore(
    never,
    () => false,
    () => true,
  );
  const onServer = serverRendered && typeof document === "undefined";
  if (enabled && !onServer && isEmpty(store)) throw firstData(store);
}
