import type { Connection, ConnectionState, Transition } from "./connection.ts";
import type { WebSocketHandlers } from "./handlers.ts";

/** Why a connection or an attempt ended, in words. */
export function reasonOf(ended: Transition["ended"]): string {
  return ended ? `${ended.reason || "Connection lost"} (${ended.code})` : "";
}

/** Who is to be told of a change of state, in order. */
export function announcement(
  was: ConnectionState,
  state: Connection,
  ended: Transition["ended"],
  handlers: WebSocketHandlers,
  listeners: Iterable<(state: ConnectionState) => void>,
): (() => void)[] {
  const { name } = state;
  const calls: (() => void)[] = [];
  if (was !== name) {
    for (const listener of listeners) calls.push(() => listener(name));
    if (was === "CONNECTED") calls.push(() => handlers.onDisconnect?.(reasonOf(ended)));
    if (name === "CONNECTED") {
      calls.push(() => handlers.onConnect?.());
      if (was === "RECONNECTING") calls.push(() => handlers.onReconnected?.());
    }
    if (name === "CLOSED") calls.push(() => handlers.onMaxReconnectAttemptsReached?.());
  }
  if (name === "RECONNECTING" && ended) calls.push(() => handlers.onReconnecting?.(state.attempt));
  return calls;
}
