import type {
  AnyEnvelope,
  DownEnvelope,
  DownMessages,
  DownType,
  Init,
  UpMessages,
  UpType,
} from "@telltale/protocol";
import { type Config, complete, type WebSocketConfig } from "./config.ts";
import {
  attemptsOf,
  type Connection,
  ConnectionState,
  settled,
  type Transition,
} from "./connection.ts";
import { Driver } from "./driver.ts";
import { type Cancel, defaultEnv, type Env } from "./env.ts";
import { CallbackError, ConnectionError, type TelltaleError } from "./errors.ts";
import { Inbox } from "./inbox.ts";
import { Liveness } from "./liveness.ts";
import { Outbox, type SendResult } from "./outbox.ts";
import { type ConnectionStatusInfo, Store } from "./store.ts";
import { type MessageCallback, Subscribers } from "./subscribers.ts";
import { webSocket } from "./transport/websocket.ts";
import { utf8Length } from "./utf8.ts";
import { CLIENT_VERSION } from "./version.ts";

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
  /** The state is `CLOSED`; `connect()` starts afresh. */
  onMaxReconnectAttemptsReached?: (() => void) | undefined;
}

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

/** One live connection to a stream, and the state that its messages make. */
export class WebSocketService {
  /** What the stream amounts to; see `TelltaleState`. */
  readonly store: Store;
  /** The surroundings in use. */
  readonly env: Env;
  readonly #handlers: WebSocketHandlers;
  readonly #driver: Driver;
  readonly #inbox: Inbox;
  readonly #liveness: Liveness;
  readonly #outbox: Outbox = new Outbox((text) => this.#transmit(text));
  readonly #subscribers: Subscribers = new Subscribers((type, cause) =>
    this.#report(new CallbackError(type, cause)),
  );
  readonly #stateListeners = new Set<(state: ConnectionState) => void>();
  #config: Config;
  #destroyed = false;
  #stopWaking: Cancel | undefined;
  #connectedAt: number | null = null;
  #disconnectedAt: number | null = null;
  #lastError: Error | null = null;
  #latency: number | null = null;
  #askedAt = 0;
  #messageCount = 0;
  #bytesReceived = 0;
  #bytesSent = 0;

  constructor(config: WebSocketConfig, handlers: WebSocketHandlers = {}, env: Partial<Env> = {}) {
    this.#config = complete(config);
    this.#handlers = handlers;
    this.env = { ...defaultEnv, ...env };
    const options = (): Config => this.#config;
    this.#liveness = new Liveness(this.env, options, {
      ask: () => this.#ask(),
      silent: (ms) => {
        const reason = `Nothing heard for ${Math.round(ms / 1000)} s`;
        this.#driver.dispatch({ type: "silent", reason });
      },
    });
    this.#inbox = new Inbox({
      message: (message) => this.#receive(message),
      gap: (from, to) => this.#deliver(this.#gapNotice(from, to)),
      fault: (error) => this.#report(error),
    });
    this.#driver = new Driver(this.env, options, {
      opened: () => {
        this.#inbox.restart();
        this.#liveness.start();
      },
      frame: (frame) => this.#read(frame),
      gone: () => this.#liveness.stop(),
      probe: () => this.#liveness.probe(),
      changed: (before, ended) => this.#announce(before, ended),
    });
    this.store = new Store(this.env, () => this.#config.historySize, this.#status());
    if (this.#config.autoConnect !== false) this.connect();
  }

  /** Connects, or tries at once when a retry is being waited for. Does nothing once destroyed. */
  connect: () => void = () => {
    if (!this.#destroyed) this.#driver.dispatch({ type: "connect" });
  };

  /** Ends the connection and stays away until `connect()`. */
  disconnect: () => void = () => this.#driver.dispatch({ type: "disconnect" });

  /** Disconnects for good and lets go of every subscriber. */
  destroy: () => void = () => {
    this.disconnect();
    this.#destroyed = true;
    this.#subscribers.clear();
    this.#stateListeners.clear();
    this.store.stop();
  };

  /** Takes new options. A new `url` or `protocols` starts over, with an empty store. */
  configure(config: WebSocketConfig): void {
    const { url, protocols } = this.#config;
    this.#config = complete(config);
    const { name } = this.#driver.state;
    const moved = url !== this.#config.url || String(protocols) !== String(this.#config.protocols);
    if (moved) {
      this.disconnect();
      this.#driver.token = undefined;
      this.store.reset();
    }
    if (name === "ERROR" || (moved && name !== "DISCONNECTED")) this.connect();
  }

  /**
   * Sends a message, or keeps it until the server has shown that it listens. A server that only
   * pushes is never sent anything.
   */
  send<T extends UpType>(type: T, data: UpMessages[T]): SendResult;
  send(type: string, data?: unknown): SendResult;
  send(type: string, data?: unknown): SendResult {
    const { name } = this.#driver.state;
    if (name === "DISCONNECTED" || name === "ERROR" || name === "CLOSED") {
      return { status: "refused", reason: `The connection is ${name}` };
    }
    let text: string;
    try {
      text = this.#write(type, data);
    } catch (cause) {
      return { status: "refused", reason: `It cannot be written as JSON: ${cause}` };
    }
    return this.#outbox.send(type, text);
  }

  /** Calls back for each message of a type, as it arrives. Returns how to end it. */
  subscribe<T extends DownType>(type: T, callback: MessageCallback<DownMessages[T], T>): Cancel;
  subscribe<Data>(type: string, callback: MessageCallback<Data>): Cancel;
  subscribe(type: string, callback: MessageCallback<never>): Cancel {
    this.#subscribers.add(type, callback);
    return () => this.unsubscribe(type, callback);
  }

  unsubscribe(type: string, callback: MessageCallback<never>): void {
    this.#subscribers.remove(type, callback);
  }

  /** Calls back after each change of state. Returns how to end it. */
  onStateChange(listener: (state: ConnectionState) => void): Cancel {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  getState(): ConnectionState {
    return this.#driver.state.name;
  }

  isConnected(): boolean {
    return this.getState() === ConnectionState.CONNECTED;
  }

  getConnectionInfo(): ConnectionInfo {
    return {
      ...this.#status(),
      messageCount: this.#messageCount,
      bytesReceived: this.#bytesReceived,
      bytesSent: this.#bytesSent,
      lastFrameAt: this.#liveness.heardAt,
    };
  }

  /** Silence after which the data count as stale, ms: twice what is usual here, at least 5 s. */
  staleAfter(): number {
    return Math.max(5_000, 2 * this.#liveness.usualGap());
  }

  #status(): ConnectionStatusInfo {
    const { state } = this.#driver;
    const waiting = state.name === "RECONNECTING" && state.phase === "waiting";
    return {
      state: state.name,
      connectedAt: this.#connectedAt,
      disconnectedAt: this.#disconnectedAt,
      reconnectAttempts: settled(state, this.env.now()) ? 0 : attemptsOf(state),
      nextAttemptAt: waiting ? state.until : null,
      lastError: this.#lastError,
      latency: this.#latency,
      transport: webSocket.name,
    };
  }

  #read(frame: unknown): void {
    this.#liveness.heard();
    if (typeof frame === "string") this.#bytesReceived += utf8Length(frame);
    this.#debug("received", frame);
    this.#inbox.accept(frame);
  }

  #receive(message: AnyEnvelope): void {
    this.#messageCount++;
    const { state } = this.#driver;
    if (state.name === "CONNECTED" && !state.hadData) this.#driver.dispatch({ type: "data" });
    this.#heed(message);
    this.#deliver(message);
  }

  #deliver(message: AnyEnvelope): void {
    this.store.apply(message);
    this.#subscribers.deliver(message);
  }

  /** What a message asks of the connection itself. */
  #heed(message: AnyEnvelope): void {
    // The inbox has held the payload against the schema of its type.
    const { type, data } = message as DownEnvelope;
    if (type === "init") this.#greet(data);
    if (type === "pong") {
      this.#outbox.open();
      if (data.client_time === this.#askedAt) {
        this.#latency = Math.max(0, this.env.now() - data.client_time);
        this.store.setConnection(this.#status());
      }
      this.#liveness.listens();
    }
    if (type === "notice" && data.code === "going_away") {
      const { after_ms = 0, spread_ms = 0 } = data;
      this.#driver.dispatch({ type: "going_away", after: after_ms, spread: spread_ms });
    }
  }

  #greet({ capabilities, heartbeat_interval_ms }: Init): void {
    this.#liveness.expect(heartbeat_interval_ms);
    if (capabilities.includes("auth")) void this.#authenticate();
    if (capabilities.includes("hello")) {
      const client = { name: "@telltale/client", version: CLIENT_VERSION };
      this.#transmit(this.#write("hello", { client, batch: true }));
    }
    for (const type of this.#outbox.open(capabilities)) {
      this.#report(new ConnectionError(`The server does not act on "${type}": it was not sent`));
    }
    if (capabilities.includes("heartbeat")) this.#liveness.listens();
  }

  async #authenticate(): Promise<void> {
    const { state } = this.#driver;
    try {
      this.#driver.token ??= await this.#config.getToken?.();
    } catch (cause) {
      this.#report(new ConnectionError(`getToken failed: ${cause}`, undefined, cause));
    }
    const { token } = this.#driver;
    // Meanwhile this may have become another connection, which asks for itself.
    const current = this.#driver.state;
    const since = current.name === "CONNECTED" && current.since;
    if (token && state.name === "CONNECTED" && state.since === since) {
      this.#transmit(this.#write("auth", { token }), true);
    }
  }

  #ask(): void {
    this.#askedAt = this.env.now();
    this.#transmit(this.#write("heartbeat", { client_time: this.#askedAt }));
  }

  #write(type: string, data: unknown = {}): string {
    return JSON.stringify({ type, timestamp: this.env.now(), data });
  }

  #transmit(text: string, secret = false): boolean {
    if (!this.#driver.send(text)) return false;
    this.#bytesSent += utf8Length(text);
    this.#debug("sent", secret ? "(a token)" : text);
    return true;
  }

  #gapNotice(from: number, to: number): AnyEnvelope {
    const count = to - from + 1;
    return {
      type: "notice",
      timestamp: this.env.now(),
      data: {
        code: "gap",
        message: `Messages ${from} to ${to} were lost`,
        count,
        from: `${from}`,
        to: `${to}`,
        reason: "sequence",
      },
    };
  }

  #announce(before: Connection, ended: Transition["ended"]): void {
    const { state } = this.#driver;
    const was = before.name;
    const { name } = state;
    if (was === name && name !== "RECONNECTING") return;
    const wanted = name !== "DISCONNECTED" && name !== "ERROR" && name !== "CLOSED";
    const reason = ended ? `${ended.reason || "Connection lost"} (${ended.code})` : "";
    if (was === "CONNECTED" && name !== was) {
      this.#disconnectedAt = this.env.now();
      this.#latency = null;
      this.#outbox.shut();
    }
    if (wanted) {
      this.#stopWaking ??= this.env.onWake((cause) =>
        this.#driver.dispatch({ type: "wake", cause }),
      );
    } else {
      this.#stopWaking?.();
      this.#stopWaking = undefined;
      this.#outbox.clear();
    }
    let failure: ConnectionError | undefined;
    if (name === "CONNECTED") {
      this.#connectedAt = this.env.now();
      this.#lastError = null;
    } else if (ended && name !== "DISCONNECTED") {
      const what =
        was === "CONNECTED" ? reason : `Cannot connect to ${this.#config.url}: ${reason}`;
      this.#lastError = failure = new ConnectionError(what, ended.code);
    }
    this.#debug("state", state, reason);
    this.store.setConnection(this.#status());

    if (failure && (name === "ERROR" || was === "CONNECTING")) this.#report(failure);
    const handlers = this.#handlers;
    const tell = (...calls: (() => void)[]): void => {
      for (const call of calls) {
        // A callback may have moved the connection on; the rest is then no longer true.
        if (this.#driver.state.name === name) this.#guard(call);
      }
    };
    if (was !== name) {
      tell(...[...this.#stateListeners].map((listener) => () => listener(name)));
      if (was === "CONNECTED") tell(() => handlers.onDisconnect?.(reason));
      if (name === "CONNECTED") tell(() => handlers.onConnect?.());
      if (name === "CONNECTED" && was === "RECONNECTING") tell(() => handlers.onReconnected?.());
      if (name === "CLOSED") tell(() => handlers.onMaxReconnectAttemptsReached?.());
    }
    if (name === "RECONNECTING" && ended) tell(() => handlers.onReconnecting?.(state.attempt));
  }

  #guard(call: () => void): void {
    try {
      call();
    } catch (cause) {
      this.#report(new CallbackError("the connection", cause));
    }
  }

  #report(error: TelltaleError): void {
    this.#debug("error", error.message);
    try {
      this.#handlers.onError?.(error);
    } catch {
      // A handler of errors that throws has nowhere to report it.
    }
  }

  #debug(...parts: unknown[]): void {
    if (this.#config.debug) this.env.log(...parts);
  }
}

/** Creates a service and, unless `autoConnect` is false, connects it. */
export function createWebSocketService(
  config: WebSocketConfig,
  handlers?: WebSocketHandlers,
  env?: Partial<Env>,
): WebSocketService {
  return new WebSocketService(config, handlers, env);
}
