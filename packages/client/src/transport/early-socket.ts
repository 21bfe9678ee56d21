import type { SocketEvent, WebSocketConstructor, WebSocketLike } from "../env.ts";

type Listener = (type: "open" | "message" | "close" | "error", event: SocketEvent) => void;

/** A socket that may be opened before there is anyone to hear it. */
export interface EarlySocket {
  readonly socket: WebSocketLike;
  /** Who hears it from now on. */
  listen(listener: Listener): void;
  /** Tells what it said before. */
  release(): void;
}

/**
 * Opens a socket, and holds what it says until somebody listens.
 *
 * @throws when it takes no such address.
 */
export function openSocket(
  Socket: WebSocketConstructor,
  address: string,
  protocols: string | string[] | undefined,
): EarlySocket {
  const socket = new Socket(address, protocols);
  const held: Parameters<Listener>[] = [];
  let hear: Listener = (...said) => held.push(said);
  // Browsers say nothing of use with an error and `ws` throws without a listener; `close` follows.
  for (const type of ["open", "message", "close", "error"] as const) {
    socket.addEventListener(type, (event) => hear(type, event));
  }
  return {
    socket,
    listen: (listener) => {
      hear = listener;
    },
    release: () => {
      for (const said of held.splice(0)) hear(...said);
    },
  };
}
