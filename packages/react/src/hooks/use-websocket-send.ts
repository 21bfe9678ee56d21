"use client";

import type { Send } from "@telltale/client";
import { useWebSocket } from "../context.ts";

/** Sends a message, or tells why not. Stable across renders. */
export function useWebSocketSend(): Send {
  return useWebSocket().send;
}
