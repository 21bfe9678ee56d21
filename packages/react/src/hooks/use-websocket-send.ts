"use client";

import type { SendResult, UpMessages, UpType } from "@telltale/client";
import { useCallback } from "react";
import { useWebSocket } from "../context.ts";

/** Sends a message; known types have typed data. */
export interface Send {
  <T extends UpType>(type: T, data: UpMessages[T]): SendResult;
  (type: string, data?: unknown): SendResult;
}

/** Sends a message, or tells why not. Stable across renders. */
export function useWebSocketSend(): Send {
  const service = useWebSocket();
  return useCallback((type: string, data?: unknown) => service.send(type, data), [service]);
}
