"use client";

import { useWebSocket } from "../context.ts";
import { type ConnectionStatusResult, statusOf } from "./use-connection-status.ts";
import { useTelltaleState } from "./use-telltale-state.ts";

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
  return useTelltaleState((state) => ({ ...statusOf(state), connect, disconnect }));
}
