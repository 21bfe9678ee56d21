"use client";

import type { DownMessages, DownType, MessageCallback } from "@telltale/client";
import { useEffect } from "react";
import { useWebSocket } from "../context.ts";
import { useLatest } from "../latest.ts";

/** What `useWebSocketSubscription` can be told. */
export interface SubscriptionOptions {
  /** False suspends the subscription. Default true. */
  enabled?: boolean | undefined;
}

/**
 * Calls back for each message of a type that arrives while mounted, always with the newest
 * callback. Known types have typed data; name the type of others, or merge it into `DownMessages`.
 */
export function useWebSocketSubscription<T extends DownType>(
  type: T,
  callback: MessageCallback<DownMessages[T], T>,
  options?: SubscriptionOptions,
): void;
/** The same for a type that the contract does not define, with the type of its data named. */
export function useWebSocketSubscription<Data>(
  type: string,
  callback: MessageCallback<Data>,
  options?: SubscriptionOptions,
): void;
export function useWebSocketSubscription(
  type: string,
  callback: MessageCallback<unknown>,
  { enabled = true }: SubscriptionOptions = {},
): void {
  const service = useWebSocket();
  const latest = useLatest(callback);
  useEffect(() => {
    if (!enabled) return undefined;
    return service.subscribe<unknown>(type, (data, message) => latest.current(data, message));
  }, [service, type, enabled, latest]);
}
