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
  const since = info.state === "CONNECTED" ? connectedAt : null;
  const why = since === null ? "Not connected" : "This server has not answered a heartbeat";
  const rows: StatRow[] = [
    since === null ? ["Uptime", "—", why] : ["Uptime", span(now - since)],
    latency === null ? ["Latency", "—", why] : ["Latency", `${Math.round(latency)} ms`],
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
