"use client";

import type { ErrorUpdate } from "@telltale/client";
import { useCallback, useState } from "react";
import { useWebSocket } from "../context.ts";
import { newest } from "../newest.ts";
import { useTelltaleState } from "./use-telltale-state.ts";
import { useWebSocketSubscription } from "./use-websocket-subscription.ts";

/** What `useErrorMonitor` can be told. */
export interface ErrorMonitorOptions {
  /** Most errors returned. Default 100; the store keeps `config.historySize`. */
  maxSize?: number | undefined;
  /** Called once for each error that arrives while mounted. */
  onError?: ((error: ErrorUpdate) => void) | undefined;
}

/** What `useErrorMonitor` returns. */
export interface ErrorMonitor {
  /** Newest first. */
  errors: readonly ErrorUpdate[];
  /** Errors since the last clearing, also those beyond `maxSize`. */
  errorCount: number;
  /** Empties this list and its count; other components keep theirs. */
  clearErrors: () => void;
}

/** The errors of the stream. */
export function useErrorMonitor({
  maxSize = 100,
  onError,
}: ErrorMonitorOptions = {}): ErrorMonitor {
  const { store } = useWebSocket();
  const [clearedAt, setClearedAt] = useState(0);

  useWebSocketSubscription("error_update", (error) => onError?.(error), {
    enabled: !!onError,
  });
  const { errors, errorCount } = useTelltaleState((state) => {
    const errorCount = state.errorTotal - Math.max(clearedAt, state.errorsCleared);
    return { errors: newest(state.errors, Math.min(maxSize, errorCount)), errorCount };
  });
  const clearErrors = useCallback(() => setClearedAt(store.getState().errorTotal), [store]);
  return { errors, errorCount, clearErrors };
}
