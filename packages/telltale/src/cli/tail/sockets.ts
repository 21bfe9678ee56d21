import type { WebSocketConstructor } from "@telltale/client";
import { WebSocket } from "ws";

/** A state with many requests is large; more than this is no message of this protocol. */
const maxPayload = 64 * 1024 * 1024;
const handshakeTimeout = 10_000;
/** Longest wait for the other side to say goodbye too, ms. */
const farewell = 500;

export interface Sockets {
  /** What the client is to connect with. */
  readonly webSocket: WebSocketConstructor;
  /** Why the last attempt failed, as Node tells it; a browser's socket would not say. */
  failure(): Error | undefined;
  /** Resolves when no socket is left that would keep the process running. */
  end(): Promise<void>;
}

/**
 * The sockets of `ws` for the client, remembered so that none outlives the command.
 *
 * @param headers sent with the upgrade: unlike a page, a program can say there who it is
 */
export function createSockets(headers: Readonly<Record<string, string>> = {}): Sockets {
  const open = new Set<WebSocket>();
  let failure: Error | undefined;

  class NodeSocket extends WebSocket {
    constructor(url: string, protocols?: string | string[]) {
      super(url, protocols, { headers, maxPayload, handshakeTimeout });
      failure = undefined;
      open.add(this);
      this.on("error", (error) => {
        failure = error;
      });
      this.on("close", () => open.delete(this));
    }
  }

  const ended = (socket: WebSocket): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(() => socket.terminate(), farewell);
      socket.once("close", () => {
        clearTimeout(timer);
        resolve();
      });
    });

  return {
    webSocket: NodeSocket,
    failure: () => failure,
    end: async () => {
      await Promise.all([...open].map(ended));
    },
  };
}
