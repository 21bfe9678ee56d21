import type { Notice } from "@telltale/protocol";
import type { TelltaleError } from "./errors.ts";

/** What an application may want to be told. An exception in one is reported and harms nobody. */
export interface WebSocketHandlers {
  /** A connection is open: the first and each later one. */
  onConnect?: (() => void) | undefined;
  /** An open connection ended; why, in words. */
  onDisconnect?: ((reason: string) => void) | undefined;
  /** Something failed. Attempts that fail are told once per outage. */
  onError?: ((error: TelltaleError) => void) | undefined;
  /** An attempt was scheduled; its number in this outage, from 1. */
  onReconnecting?: ((attempt: number) => void) | undefined;
  /** The connection is back after an outage; follows `onConnect`. */
  onReconnected?: (() => void) | undefined;
  /** What the server did to this client, and losses the client noticed itself. */
  onNotice?: ((notice: Notice) => void) | undefined;
  /** The state is `CLOSED`; `connect()` starts afresh. */
  onMaxReconnectAttemptsReached?: (() => void) | undefined;
}
