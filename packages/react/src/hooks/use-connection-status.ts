"use client";

import type { ConnectionStatusInfo, TelltaleState } from "@telltale/client";
import { useTelltaleState } from "./use-telltale-state.ts";

/** What `useConnectionStatus` returns. Times are Unix ms. */
export interface ConnectionStatusResult extends ConnectionStatusInfo {
  readonly isConnected: boolean;
}

export function statusOf({ connection }: TelltaleState): ConnectionStatusResult {
  return { ...connection, isConnected: connection.state === "CONNECTED" };
}

/** How the connection stands. Renders with changes of state and latency, not with each message. */
export function useConnectionStatus(): ConnectionStatusResult {
  return useTelltaleState(statusOf);
}
