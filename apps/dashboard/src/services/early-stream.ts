import type { WebSocketProviderProps } from "@/services";

type WebSocketOf = NonNullable<NonNullable<WebSocketProviderProps["env"]>["webSocket"]>;
type Socket = InstanceType<NonNullable<ReturnType<WebSocketOf>>>;
type Heard = Parameters<Parameters<Socket["addEventListener"]>[1]>[0];

/** What public/begin.js opened, and what has been heard on it since. */
interface Early {
  readonly socket: WebSocket;
  readonly heard: Event[];
  readonly keep: (event: Event) => void;
}

declare global {
  interface Window {
    telltaleEarly?: Early | undefined;
  }
}

const CONNECTING = 0;
const OPEN = 1;

/** The stream that was opened before the page's code had arrived, for whoever asks for the same one first. */
function take(url: string, protocols: string | string[] | undefined): Early | undefined {
  const early = window.telltaleEarly;
  if (!early) return undefined;
  window.telltaleEarly = undefined;
  const { socket, keep } = early;
  socket.removeEventListener("open", keep);
  socket.removeEventListener("message", keep);
  const same = socket.url === url && (protocols === undefined || protocols.length === 0);
  if (same && (socket.readyState === CONNECTING || socket.readyState === OPEN)) return early;
  socket.close();
  return undefined;
}

/** The browser's `WebSocket`, the first of which may be open already. */
export class EarlyWebSocket implements Socket {
  readonly #socket: WebSocket;
  readonly #told: ((event: Event) => void)[] = [];

  constructor(url: string, protocols?: string | string[]) {
    const early = take(url, protocols);
    this.#socket = early?.socket ?? new WebSocket(url, protocols);
    if (!early) return;
    // After whoever made this has said what to tell it, and before anything further is heard.
    queueMicrotask(() => {
      for (const event of early.heard) for (const tell of this.#told) tell(event);
    });
  }

  get readyState(): number {
    return this.#socket.readyState;
  }

  send(data: string): void {
    this.#socket.send(data);
  }

  close(code?: number, reason?: string): void {
    this.#socket.close(code, reason);
  }

  addEventListener(
    type: Parameters<Socket["addEventListener"]>[0],
    listener: (event: Heard) => void,
  ): void {
    this.#socket.addEventListener(type, listener);
    this.#told.push((event) => event.type === type && listener(event));
  }
}

export const earlyStream = { webSocket: () => EarlyWebSocket };
