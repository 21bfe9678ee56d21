import type { ConnectionState } from "./connection.ts";
import type { TransportName } from "./transport/transport.ts";

/** The connection, without what changes with every message. */
export interface ConnectionStatusInfo {
  readonly state: ConnectionState;
  /** Unix ms; null before the first connection. */
  readonly connectedAt: number | null;
  /** End of the last connection, Unix ms; null when there was none. */
  readonly disconnectedAt: number | null;
  /** Attempts made or scheduled in this outage. */
  readonly reconnectAttempts: number;
  /** When the next attempt is due, Unix ms; null when none is scheduled. */
  readonly nextAttemptAt: number | null;
  readonly lastError: Error | null;
  /** Round trip, ms; null until measured, and for servers that do not answer heartbeats. */
  readonly latency: number | null;
  /** In use, or to be tried next: `websocket`, `sse` or `poll`. */
  readonly transport: TransportName;
  /** With `share`: whether this tab holds the connection, or another tab does. Absent when unshared. */
  readonly shared?: "leader" | "follower" | undefined;
}

/** What has travelled since creation. */
export interface Traffic {
  /** Messages received since creation. */
  readonly messageCount: number;
  /** UTF-8 bytes of the frames received since creation. */
  readonly bytesReceived: number;
  /** UTF-8 bytes of the frames sent since creation. */
  readonly bytesSent: number;
  /** When anything at all was last heard, Unix ms; null before. */
  readonly lastFrameAt: number | null;
}

/** All there is to know about the connection. */
export interface ConnectionInfo extends ConnectionStatusInfo, Traffic {}
