"use client";

import type { WebSocketService } from "@telltale/client";
import { type Context, createContext, useContext } from "react";

export const ServiceContext: Context<WebSocketService | null> =
  createContext<WebSocketService | null>(null);

/** Where the stream of the nearest provider is. */
export const StreamUrlContext: Context<string> = createContext("");

/**
 * The service of the nearest provider, for what the hooks do not cover.
 *
 * @throws when there is no `WebSocketProvider` above.
 */
export function useWebSocket(): WebSocketService {
  const service = useContext(ServiceContext);
  if (!service)
    throw new Error("No <WebSocketProvider> above this component: wrap the app in one.");
  return service;
}
