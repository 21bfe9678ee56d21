import type { ConnectionState, MetricsUpdate } from "@telltale/client";
import { clip } from "../printable.ts";
import { count, percent, rate } from "./figures.ts";

/** How the service and the connection stand, in at most `width` columns. */
export function statusLine(
  state: ConnectionState,
  metrics: MetricsUpdate | null,
  width: number,
): string {
  const parts = [states[state]];
  if (metrics) {
    parts.push(`${rate(metrics.requests_per_second)} req/s`);
    if (metrics.in_flight !== undefined) parts.push(`${count(metrics.in_flight)} in flight`);
    parts.push(`${rate(metrics.tokens_per_second)} tokens/s`);
    parts.push(`${percent(metrics.error_rate)} errors`);
    if (metrics.demo) parts.push("demo");
  }
  return clip(parts.join(" · "), width);
}

const states: Readonly<Record<ConnectionState, string>> = {
  CONNECTED: "● connected",
  CONNECTING: "○ connecting",
  RECONNECTING: "○ reconnecting",
  DISCONNECTED: "○ disconnected",
  ERROR: "○ disconnected",
  CLOSED: "○ disconnected",
};
