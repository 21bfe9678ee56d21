import type { ConnectionInfo, TransportName } from "@telltale/client";
import { bytes, span } from "./wording.ts";

/** A label, its value, and why there is none where there is none. */
export type StatRow = readonly [label: string, value: string, reason?: string];

const transports: Readonly<Record<TransportName, string>> = {
  websocket: "WebSocket",
  sse: "Server-sent events",
  poll: "Long poll",
};

const count = (value: number): string => value.toLocaleString("en");

/** The connection in figures, with their units. */
export function statRows(info: ConnectionInfo, now: number, compact: boolean): StatRow[] {
  const { connectedAt, latency, lastError } = info;
  const connected = info.state === "CONNECTED" && connectedAt !== null;
  const why = connected ? "This server has not answered a heartbeat" : "Not connected";
  const rows: StatRow[] = [
    ["Uptime", ...(connected ? ([span(now - connectedAt)] as const) : (["—", why] as const))],
    [
      "Latency",
      ...(latency === null ? (["—", why] as const) : ([`${Math.round(latency)} ms`] as const)),
    ],
    ["Messages", count(info.messageCount)],
  ];
  if (compact) return rows;
  return [
    ["Transport", transports[info.transport]],
    ...rows,
    ["Received", bytes(info.bytesReceived)],
    ["Sent", bytes(info.bytesSent)],
    ["Reconnects", count(info.reconnectAttempts)],
    ["Last error", lastError?.message ?? "None"],
  ];
}
