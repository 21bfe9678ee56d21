import { type Env, preload, type WebSocketConstructor, type WebSocketLike } from "@telltale/client";
import { FakeClock } from "./fake-clock.ts";
import { FakeHttp } from "./fake-http.ts";

type Type = "open" | "message" | "close" | "error";
type Listener = Parameters<WebSocketLike["addEventListener"]>[1];

const OPEN = 1;
const CLOSED = 3;

// In this network everything happens as it comes, and nothing waits for code.
await preload();

/** One socket: the client holds it as a `WebSocketLike`, the test as the server's end. */
export class FakeSocket implements WebSocketLike {
  readonly url: string;
  readonly protocols: string | string[] | undefined;
  readonly openedAt: number;
  /** Text frames the client sent. */
  readonly received: string[] = [];
  /** How the client closed it, if it did. */
  closedByClient: { code: number | undefined } | undefined;
  readyState = 0;
  readonly #clock: FakeClock;
  readonly #listeners = new Map<Type, Listener[]>();
  #frozen = false;

  constructor(clock: FakeClock, url: string, protocols: string | string[] | undefined) {
    this.#clock = clock;
    this.url = url;
    this.protocols = protocols;
    this.openedAt = clock.now();
  }

  addEventListener(type: Type, listener: Listener): void {
    this.#listeners.set(type, [...(this.#listeners.get(type) ?? []), listener]);
  }

  send(data: string): void {
    if (this.readyState !== OPEN) throw new Error("InvalidStateError");
    this.received.push(data);
  }

  close(code?: number): void {
    this.closedByClient = { code };
    this.readyState = CLOSED;
  }

  /** Completes the handshake. */
  accept(): void {
    if (this.readyState !== 0) return;
    this.readyState = OPEN;
    this.#emit("open", {});
  }

  /** Delivers a frame; anything but text is written as JSON. */
  push(content: unknown): void {
    const data = typeof content === "string" ? content : JSON.stringify(content);
    if (!this.#frozen) this.#emit("message", { data });
  }

  /** Delivers a frame that is not text. */
  pushBinary(data: ArrayBuffer): void {
    if (!this.#frozen) this.#emit("message", { data });
  }

  /** Ends it from the server, or from the network (1006). */
  end(code = 1006, reason = ""): void {
    if (this.readyState === CLOSED || this.#frozen) return;
    this.readyState = CLOSED;
    if (code === 1006) this.#emit("error", {});
    this.#emit("close", { code, reason });
  }

  /** Half-open: nothing more arrives, and nobody is told. */
  freeze(): void {
    this.#frozen = true;
  }

  /** Messages the client sent, parsed, by type. */
  sent(type: string): { data: Record<string, unknown> }[] {
    return this.received
      .map((text) => JSON.parse(text) as { type: string; data: Record<string, unknown> })
      .filter((message) => message.type === type);
  }

  /** Runs `again` every `ms` for as long as the socket is open. */
  every(ms: number, again: () => void): void {
    const run = (): void => {
      if (this.readyState !== OPEN) return;
      again();
      this.#clock.after(ms, run);
    };
    this.#clock.after(ms, run);
  }

  #emit(type: Type, event: Parameters<Listener>[0]): void {
    for (const listener of this.#listeners.get(type) ?? []) listener(event);
  }
}

/** A network made of sockets that do what the test says. */
export class FakeNetwork {
  readonly clock: FakeClock;
  readonly http: FakeHttp;
  /** Every socket a client ever opened, in order. */
  readonly sockets: FakeSocket[] = [];
  /** What the far side does with a new socket, 1 ms after it was asked for. Default: accepts. */
  serve: (socket: FakeSocket) => void = (socket) => socket.accept();

  constructor(clock: FakeClock = new FakeClock()) {
    this.clock = clock;
    this.http = new FakeHttp(clock);
  }

  /** The newest socket. */
  get last(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (!socket) throw new Error("no socket was opened");
    return socket;
  }

  /** Sockets that are open or opening, as the client sees it. */
  get live(): number {
    return this.sockets.filter((socket) => socket.readyState !== CLOSED).length;
  }

  /** Lets time pass, and between any two timers what has been promised come about. */
  async pass(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    for (;;) {
      await settle();
      const next = this.clock.next;
      if (next === undefined || next > end) break;
      this.clock.advance(Math.max(0, next - this.clock.now()));
    }
    this.clock.advance(end - this.clock.now());
    await settle();
  }

  /** The surroundings of a client in this network. */
  env(): Env {
    const { clock } = this;
    const network = this;
    const WebSocket: WebSocketConstructor = class extends FakeSocket {
      constructor(url: string, protocols?: string | string[]) {
        super(clock, url, protocols);
        network.sockets.push(this);
        clock.after(1, () => {
          if (this.readyState === 0) network.serve(this);
        });
      }
    };
    const { now, random, after, frame, onWake, base, log } = clock;
    const webSocket = (): WebSocketConstructor => WebSocket;
    return { now, random, after, frame, onWake, base, log, webSocket, fetch: this.http.fetch };
  }
}

/** Promises that follow one another come about within few turns; answers are read in several. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
}
