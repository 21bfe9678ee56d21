type Type = "open" | "message" | "close" | "error";
type Listener = (event: Record<string, unknown>) => void;

/** React Native's socket, as far as a page can tell: plain objects for events, no `dispatchEvent`. */
export class NativeSocket {
  static readonly made: NativeSocket[] = [];
  readonly url: string;
  readonly sent: string[] = [];
  readyState = 0;
  readonly #listeners: [Type, Listener][] = [];

  constructor(url: string, _protocols?: string | string[] | null) {
    this.url = url;
    NativeSocket.made.push(this);
  }

  addEventListener(type: Type, listener: Listener): void {
    this.#listeners.push([type, listener]);
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(code = 1000): void {
    if (this.readyState === 3) return;
    this.readyState = 3;
    this.#emit("close", { code });
  }

  accept(): void {
    this.readyState = 1;
    this.#emit("open", {});
  }

  push(message: object): void {
    this.#emit("message", { data: JSON.stringify(message) });
  }

  #emit(type: Type, event: Record<string, unknown>): void {
    for (const [of, listener] of this.#listeners) if (of === type) listener({ type, ...event });
  }
}
