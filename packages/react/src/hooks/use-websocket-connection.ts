"use client";

import { useWebSocket } from "../context.ts";
import { type ConnectionStatusResult, useConnectionStatus } from "./use-connection-status.ts";

export interface WebSocketConnection extends ConnectionStatusResult {
  /** Connects, or tries at once when a retry is being waited for. */
  connect: () => void;
  disconnect: () => void;
}

/** How the connection stands, and its switch. */
export function useWebSocketConnection(): WebSocketConnection {
  const { connect, disconnect } = useWebSocket();
  return { ...useConnectionStatus(), connect, disconnect };
}
