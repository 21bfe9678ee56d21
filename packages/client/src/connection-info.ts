import { attemptsOf, type Connection, type ConnectionState, settled } from "./connection.ts";
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

/** All there is to know about the connection. */
export interface ConnectionInfo extends ConnectionStatusInfo {
  /** Messages received since creation. */
  readonly messageCount: number;
  /** UTF-8 bytes of the frames received since creation. */
  readonly bytesReceived: number;
  /** UTF-8 bytes of the frames sent since creation. */
  readonly bytesSent: number;
  /** When anything at all was last heard, Unix ms; null before. */
  readonly lastFrameAt: number | null;
}

/** What is remembered of the connections there were. */
export class ConnectionRecord {
  connectedAt: number | null = null;
  disconnectedAt: number | null = null;
  lastError: Error | null = null;
  latency: number | null = null;
  messageCount = 0;
  bytesReceived = 0;

  status(state: Connection, now: number, transport: TransportName): ConnectionStatusInfo {
    const waiting = state.name === "RECONNECTING" && state.phase === "waiting";
    const { connectedAt, disconnectedAt, lastError, latency } = this;
    return {
      state: state.name,
      // Where tabs share it, a connection may follow another unnoticed.
      connectedAt: state.name === "CONNECTED" ? state.since : connectedAt,
      disconnectedAt,
      reconnectAttempts: settled(state, now) ? 0 : attemptsOf(state),
      nextAttemptAt: waiting ? state.until : null,
      lastError,
      latency,
      transport,
    };
  }
}
