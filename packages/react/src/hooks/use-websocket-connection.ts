"use client";

import { useMemo } from "react";
import { useWebSocket } from "../context.ts";
import { type ConnectionStatusResult, useConnectionStatus } from "./use-connection-status.ts";

/** The connection, with its switch. */
export interface WebSocketConnection extends ConnectionStatusResult {
  /** Connects, or tries at once when a retry is being waited for. */
  connect: () => void;
  /** Ends the connection and stays away until `connect()`. */
  disconnect: () => void;
}

/** How the connection stands, and its switch. The same object until the connection changes. */
export function useWebSocketConnection(): WebSocketConnection {
  const { connect, disconnect } = useWebSocket();
  const status = useConnectionStatus();
  return useMemo(() => ({ ...status, connect, disconnect }), [status, connect, disconnect]);
}
