import {
  type AnyEnvelope,
  accepts,
  type DownMessages,
  type DownType,
  type Envelope,
  type Init,
  init,
  type Notice,
  notice,
  pong,
  type UpMessages,
  type UpType,
} from "@telltale/protocol";
import { type Config, complete, configProblem, type WebSocketConfig } from "./config.ts";
import {
  attemptsOf,
  type Connection,
  type ConnectionEvent,
  ConnectionState,
  type Effect,
  settled,
  transition,
} from "./connection.ts";
import { type Cancel, defaultEnv, type Env } from "./env.ts";
import { CallbackError, ConnectionError, type TelltaleError } from "./errors.ts";
import { Inbox } from "./inbox.ts";
import { Liveness } from "./liveness.ts";
import { Outbox, type SendResult } from "./outbox.ts";
import { type ConnectionStatusInfo, Store } from "./store.ts";
import type { Link } from "./transport/transport.ts";
import { webSocket } from "./transport/websocket.ts";
import { utf8Length } from "./utf8.ts";
import { CLIENT_VERSION } from "./version.ts";

/** What an application may want to be told. An exception in one is reported and harms nobody. */
export interface WebSocketHandlers {
  /** A connection is open: the first and each later one. */
  onConnect?: (() => void) | undefined;
  /** An open connection ended; why, in words. */
  onDisconnect?: ((reason: string) => void) | undefined;
  onError?: ((error: TelltaleError) => void) | undefined;
  /** An attempt was scheduled; its number in this outage, from 1. */
  onReconnecting?: ((attempt: number) => void) | undefined;
  /** The connection is back after an outage. */
  onReconnected?: (() => void) | undefined;
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

export type MessageCallback<Data = unknown, Type extends string = string> = (
  data: Data,
  message: Envelope<Type, Data>,
) => void;

/** A live connection to one stream, and the state it makes. */
export class WebSocketService {
  /** What the stream amounts to: see `TelltaleState`. */
  readonly store: Store;
  readonly #env: Env;
  readonly #handlers: WebSocketHandlers;
  readonly #callbacks = new Map<string, Set<MessageCallback<never>>>();
  readonly #stateListeners = new Set<(state: ConnectionState) => void>();
  readonly #inbox: Inbox;
  readonly #outbox: Outbox;
  readonly #liveness: Liveness;
  #config: Config;
  #state: Connection = { name: "DISCONNECTED" };
  #link: Link | undefined;
  #timer: Cancel | undefined;
  #asleep: Cancel | undefined;
  #token: string | undefined;
  #destroyed = false;
  #connectedAt: number | null = null;
  #disconnectedAt: number | null = null;
  #lastError: Error | null = null;
  #latency: number | null = null;
  #messageCount = 0;
  #bytesReceived = 0;
  #bytesSent = 0;

  constructor(config: WebSocketConfig, handlers: WebSocketHandlers = {}, env: Partial<Env> = {}) {
    this.#config = complete(config);
    this.#handlers = handlers;
    this.#env = { ...defaultEnv, ...env };
    this.store = new Store(this.#env, () => this.#config.historySize, this.#status());
    this.#outbox = new Outbox((text) => this.#transmit(text));
    this.#inbox = new Inbox({
      message: (message) => this.#receive(message),
      gap: (from, to) => this.#notice(from, to),
      fault: (error) => this.#report(error),
    });
    this.#liveness = new Liveness(this.#env, {
      options: () => this.#config,
      ask: () => this.send("heartbeat", { client_time: this.#env.now() }),
      silent: (ms) =>
        this.#dispatch({
          type: "silent",
          reason: `Nothing heard for ${Math.round(ms / 1000)} s`,
          ...this.#moment(),
        }),
    });
    if (this.#config.autoConnect !== false) this.connect();
  }

  /** Connects, or tries at once when a retry is being waited for. */
  connect: () => void = () => {
    if (!this.#destroyed) this.#dispatch({ type: "connect" });
  };

  /** Ends the connection and stays away until `connect()`. */
  disconnect: () => void = () => this.#dispatch({ type: "disconnect" });

  /** Disconnects for good and lets go of every subscriber. */
  destroy: () => void = () => {
    this.disconnect();
    this.#destroyed = true;
    this.#callbacks.clear();
    this.#stateListeners.clear();
    this.store.stop();
  };

  /** Takes new options. A new `url` or `protocols` starts over with an empty store. */
  configure(config: WebSocketConfig): void {
    const before = this.#config;
    this.#config = complete(config);
    const target = ({ url, protocols }: Config): string => JSON.stringify([url, protocols]);
    if (target(before) === target(this.#config)) return;
    const wanted = this.#state.name !== "DISCONNECTED";
    this.disconnect();
    this.#token = undefined;
    this.store.reset();
    if (wanted) this.connect();
  }

  /**
   * Sends a message, or keeps it until the server has shown that it listens. A server that only
   * pushes is never sent anything.
   */
  send<T extends UpType>(type: T, data: UpMessages[T]): SendResult;
  send(type: string, data?: unknown): SendResult;
  send(type: string, data: unknown = {}): SendResult {
    const { name } = this.#state;
    if (name === "DISCONNECTED" || name === "ERROR" || name === "CLOSED") {
      return { status: "refused", reason: `The connection is ${name}` };
    }
    return this.#outbox.send(type, { type, timestamp: this.#env.now(), data });
  }

  /** Calls back for each message of a type, as it arrives. Returns how to end it. */
  subscribe<T extends DownType>(type: T, callback: MessageCallback<DownMessages[T], T>): Cancel;
  subscribe<Data>(type: string, callback: MessageCallback<Data>): Cancel;
  subscribe(type: string, callback: MessageCallback<never>): Cancel {
    const callbacks = this.#callbacks.get(type) ?? new Set();
    this.#callbacks.set(type, callbacks.add(callback));
    return () => this.unsubscribe(type, callback);
  }

  unsubscribe(type: string, callback: MessageCallback<never>): void {
    const callbacks = this.#callbacks.get(type);
    if (callbacks?.delete(callback) && callbacks.size === 0) this.#callbacks.delete(type);
  }

  /** Calls back after each change of state. Returns how to end it. */
  onStateChange(listener: (state: ConnectionState) => void): Cancel {
    this.#stateListeners.add(listener);
    return () => this.#stateListeners.delete(listener);
  }

  getState(): ConnectionState {
    return this.#state.name;
  }

  isConnected(): boolean {
    return this.#state.name === ConnectionState.CONNECTED;
  }

  getConnectionInfo(): ConnectionInfo {
    return {
      ...this.#status(),
      messageCount: this.#messageCount,
      bytesReceived: this.#bytesReceived,
      bytesSent: this.#bytesSent,
      lastFrameAt: this.#liveness.heardAt || null,
    };
  }

  /** Silence after which the data count as stale, ms: twice what is usual here, at least 5 s. */
  staleAfter(): number {
    return Math.max(5_000, 2 * this.#liveness.usualGap());
  }

  /** Unix ms, by the clock of this service. */
  now(): number {
    return this.#env.now();
  }

  #status(): ConnectionStatusInfo {
    const state = this.#state;
    const waiting = state.name === "RECONNECTING" && state.phase === "waiting";
    return {
      state: state.name,
      connectedAt: this.#connectedAt,
      disconnectedAt: this.#disconnectedAt,
      reconnectAttempts: settled(state, this.#env.now()) ? 0 : attemptsOf(state),
      nextAttemptAt: waiting ? state.until : null,
      lastError: this.#lastError,
      latency: this.#latency,
      transport: webSocket.name,
    };
  }

  #moment(): { now: number; random: number } {
    return { now: this.#env.now(), random: this.#env.random() };
  }

  #dispatch(event: ConnectionEvent): void {
    const before = this.#state;
    const canRefreshToken = this.#config.getToken !== undefined;
    const { state, effects } = transition(before, event, { ...this.#config, canRefreshToken });
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
    // An effect or a callback may have moved on already; then that transition has told its own.
    if (state !== before && state === this.#state) this.#announce(before, state, event);
  }

  #perform(effect: Effect): void {
    switch (effect.do) {
      case "open":
        this.#open();
        return;
      case "close":
        this.#liveness.stop();
        this.#link?.close();
        this.#link = undefined;
        return;
      case "wait":
        this.#timer?.();
        this.#timer = this.#env.after(effect.ms, () =>
          this.#dispatch({ type: "timer", ...this.#moment() }),
        );
        return;
      case "stop_waiting":
        this.#timer?.();
        return;
      case "refresh_token":
        void this.#refreshToken();
        return;
      case "probe":
        this.#liveness.probe();
        return;
      default:
        effect satisfies never;
    }
  }

  #open(): void {
    const { url, protocols } = this.#config;
    try {
      const problem = configProblem(this.#config);
      if (problem) throw new Error(problem);
      this.#link = webSocket.open(
        url,
        protocols,
        {
          opened: () => {
            this.#inbox.restart();
            this.#liveness.start();
            this.#dispatch({ type: "opened", now: this.#env.now() });
          },
          frame: (frame) => this.#read(frame),
          closed: (code, reason) => {
            this.#liveness.stop();
            this.#link = undefined;
            this.#dispatch({ type: "closed", code, reason, ...this.#moment() });
          },
        },
        this.#env,
      );
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      this.#dispatch({ type: "refused", reason: `Cannot connect: ${reason}` });
    }
  }

  async #refreshToken(): Promise<void> {
    const asked = this.#state;
    let event: ConnectionEvent = { type: "token" };
    try {
      this.#token = await this.#config.getToken?.();
    } catch (cause) {
      event = { type: "refused", reason: `getToken failed: ${String(cause)}` };
    }
    if (this.#state === asked) this.#dispatch(event);
  }

  async #authenticate(): Promise<void> {
    const link = this.#link;
    try {
      this.#token ??= await this.#config.getToken?.();
      if (this.#token && link === this.#link) this.send("auth", { token: this.#token });
    } catch (cause) {
      this.#report(new ConnectionError(`getToken failed: ${String(cause)}`, 1006, cause));
    }
  }

  #read(frame: unknown): void {
    this.#liveness.heard();
    if (typeof frame === "string") this.#bytesReceived += utf8Length(frame);
    this.#debug("received", frame);
    this.#inbox.accept(frame);
  }

  #receive(message: AnyEnvelope): void {
    const { type, data } = message;
    this.#messageCount++;
    this.#dispatch({ type: "data" });
    if (type === "init" && accepts(init, data)) this.#greet(data);
    else if (type === "pong" && accepts(pong, data)) this.#measure(data.client_time);
    else if (type === "notice" && accepts(notice, data)) this.#heed(data);
    this.store.apply(message);
    for (const callback of [...(this.#callbacks.get(type) ?? [])]) {
      this.#guard(type, () => callback(data as never, message as Envelope<string, never>));
    }
  }

  #greet({ capabilities, heartbeat_interval_ms }: Init): void {
    this.#liveness.expect(heartbeat_interval_ms);
    this.#outbox.open(capabilities);
    if (capabilities.includes("auth")) void this.#authenticate();
    if (capabilities.includes("hello")) {
      const client = { name: "@telltale/client", version: CLIENT_VERSION };
      this.send("hello", { client, batch: true });
    }
    if (capabilities.includes("heartbeat")) this.#liveness.listens();
    for (const type of this.#outbox.flush()) {
      this.#report(new ConnectionError(`The server does not act on "${type}"; it was not sent`));
    }
  }

  #measure(clientTime: number): void {
    this.#latency = Math.max(0, this.#env.now() - clientTime);
    this.#outbox.open(undefined);
    this.#outbox.flush();
    this.#liveness.listens();
    this.store.setConnection(this.#status());
  }

  #heed({ code, after_ms = 0, spread_ms = 0 }: Notice): void {
    if (code !== "going_away") return;
    this.#dispatch({ type: "going_away", after: after_ms, spread: spread_ms, ...this.#moment() });
  }

  #notice(from: number, to: number): void {
    const count = to - from + 1;
    this.#receive({
      type: "notice",
      timestamp: this.#env.now(),
      data: {
        code: "gap",
        message: `${count} message${count === 1 ? "" : "s"} lost`,
        count,
        from: String(from),
        to: String(to),
        reason: "sequence",
      },
    });
  }

  #transmit(text: string): boolean {
    if (!this.#link?.send(text)) return false;
    this.#bytesSent += utf8Length(text);
    this.#debug("sent", text);
    return true;
  }

  #announce(before: Connection, state: Connection, event: ConnectionEvent): void {
    const { onConnect, onDisconnect, onReconnecting, onReconnected } = this.#handlers;
    const was = before.name;
    const now = state.name;
    if (was === now && now !== "RECONNECTING") return;
    const reason = this.#reason(event);
    if (now === "CONNECTED") this.#connectedAt = this.#env.now();
    if (was === "CONNECTED") {
      this.#disconnectedAt = this.#env.now();
      this.#latency = null;
      this.#outbox.shut();
    }
    const active = now === "CONNECTING" || now === "CONNECTED" || now === "RECONNECTING";
    if (!active) {
      this.#asleep?.();
      this.#asleep = undefined;
      this.#outbox.clear();
    } else {
      this.#asleep ??= this.#env.onWake((cause) =>
        this.#dispatch({ type: "wake", cause, ...this.#moment() }),
      );
    }
    let failure: ConnectionError | undefined;
    if (now === "ERROR") failure = new ConnectionError(state.reason || reason, state.code);
    else if (was === "CONNECTING" && now !== "CONNECTED" && now !== "DISCONNECTED") {
      failure = new ConnectionError(`Cannot connect to ${this.#config.url}: ${reason}`);
    } else if (was === "CONNECTED" && now !== "DISCONNECTED") {
      this.#lastError = new ConnectionError(reason);
    }
    if (failure) this.#lastError = failure;
    else if (now === "CONNECTED") this.#lastError = null;
    this.#debug("state", was === now ? state : now, reason);
    this.store.setConnection(this.#status());
    const told: (() => void)[] = [];
    if (was !== now) {
      for (const listener of this.#stateListeners) told.push(() => listener(now));
    }
    if (was === "CONNECTED" && onDisconnect) told.push(() => onDisconnect(reason));
    if (now === "CONNECTED" && onConnect) told.push(onConnect);
    if (now === "CONNECTED" && was === "RECONNECTING" && onReconnected) told.push(onReconnected);
    if (now === "RECONNECTING" && attemptsOf(before) !== state.attempt && onReconnecting) {
      told.push(() => onReconnecting(state.attempt));
    }
    if (now === "CLOSED") {
      told.push(() => this.#handlers.onMaxReconnectAttemptsReached?.());
    }
    if (failure) this.#report(failure);
    for (const tell of told) {
      if (this.#state.name === now) this.#guard("the connection", tell);
    }
  }

  #reason(event: ConnectionEvent): string {
    switch (event.type) {
      case "disconnect":
        return "Disconnected by the client";
      case "closed":
        return `${event.reason || "Connection lost"} (${event.code})`;
      case "silent":
      case "refused":
        return event.reason;
      case "timer":
        return this.#state.name === "RECONNECTING" ? "The server is going away" : "No answer";
      default:
        return "";
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

  #guard(where: string, call: () => void): void {
    try {
      call();
    } catch (cause) {
      this.#report(new CallbackError(where, cause));
    }
  }

  #debug(...parts: unknown[]): void {
    if (this.#config.debug) this.#env.log(...parts);
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
