"use client";

import type { TelltaleState } from "@telltale/client";
import { useEffect, useMemo, useRef, useSyncExternalStore } from "react";
import { useWebSocket } from "../context.ts";
import { shallowEqual } from "../shallow-equal.ts";

/**
 * What `select` takes from the state. Renders only when that changes.
 *
 * @param equal When two selections are the same; by default compared one level deep.
 */
export function useTelltaleState<T>(
  select: (state: TelltaleState) => T,
  equal: (a: T, b: T) => boolean = shallowEqual,
): T {
  const { store } = useWebSocket();
  const shown = useRef<{ readonly value: T } | null>(null);
  const pick = useMemo(() => {
    let from: TelltaleState | undefined;
    let last = shown.current;
    return (state: TelltaleState): T => {
      if (!last || state !== from) {
        const value = select(state);
        if (!last || !equal(last.value, value)) last = { value };
      }
      from = state;
      return last.value;
    };
  }, [select, equal]);
  const value = useSyncExternalStore(
    store.subscribe,
    () => pick(store.getState()),
    () => pick(store.initialState),
  );
  useEffect(() => {
    shown.current = { value };
  }, [value]);
  return value;
}
