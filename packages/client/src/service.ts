import type { DownMessages, DownType } from "@telltale/protocol";
import { type Config, complete, type StreamSubscription, type WebSocketConfig } from "./config.ts";
import {
  attemptsOf,
  type Connection,
  type ConnectionState,
  type Transition,
  wanted,
} from "./connection.ts";
import type { ConnectionInfo, ConnectionStatusInfo } from "./connection-info.ts";
import { Driver } from "./driver.ts";
import { type Cancel, defaultEnv, type Env } from "./env.ts";
import { ConnectionError } from "./errors.ts";
import type { WebSocketHandlers } from "./handlers.ts";
import { enlist } from "./listeners.ts";
import { createReporter } from "./reporter.ts";
import { queue, refused, type Send, type Waiting } from "./send-result.ts";
import type { ServiceParts } from "./service-parts.ts";
import { Store } from "./store.ts";
import type { MessageCallback, Subscribers } from "./subscribers.ts";
import type { RawFrame } from "./tap.ts";

const NO_TRAFFIC = { messageCount: 0, bytesReceived: 0, bytesSent: 0, lastFrameAt: null };

/** One live connection to a stream, and the state that its messages make. */
export class WebSocketService {
  /** What the stream amounts to; see `TelltaleState`. */
  readonly store: Store;
  /** The surroundings in use. */
  readonly env: Env;
  readonly #parts: ServiceParts;
  readonly #driver: Driver;
  readonly #waiting: Waiting[] = [];
  readonly #subscribers: Subscribers = new Map();
  readonly #stateListeners = new Set<(state: ConnectionState) => void>();
  readonly #frameListeners = new Set<(frame: RawFrame) => void>();
  #config: Config;
  #destroyed = false;
  #connectedAt: number | null = null;
  #disconnectedAt: number | null = null;
  #lastError: Error | null = null;
  #stopWaking: Cancel | undefined;

  constructor(config: WebSocketConfig, handlers: WebSocketHandlers = {}, env: Partial<Env> = {}) {
    this.#config = complete(config);
    this.env = { ...defaultEnv, ...env };
    const reporter = createReporter(this.env, handlers, () => this.#config.debug);
    this.#parts = {
      env: this.env,
      handlers,
      subscribers: this.#subscribers,
      reporter,
      waiting: this.#waiting,
      frameListeners: this.#frameListeners,
      config: () => this.#config,
      store: () => this.store,
      show: () => this.store.setConnection(this.#status()),
      send: this.send,
      changed: (before, ended) => this.#changed(before, ended),
    };
    this.#driver = new Driver(this.#parts);
    this.store = new Store(this.env, this.#status());
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
    this.#frameListeners.clear();
    this.store.stop();
  };

  /**
   * Takes new options. A new `url` or `protocols` starts over, with an empty store; new `transports`
   * connect anew; a new `subscription` is as by {@link setSubscription}.
   */
  configure(config: WebSocketConfig): void {
    const before = this.#config;
    const after = complete(config);
    const differs = (...names: (keyof Config)[]): boolean =>
      names.some((name) => String(before[name]) !== String(after[name]));
    this.#config = after;
    const { name } = this.#driver.state;
    const moved = differs("url", "protocols");
    const rerouted = moved || differs("transports", "share", "shareAs");
    if (rerouted) {
      this.disconnect();
      this.#driver.transport = undefined;
      this.#driver.reader?.reset(moved);
      if (moved) this.store.reset();
    }
    if (name === "ERROR" || (rerouted && name !== "DISCONNECTED")) this.connect();
    this.#driver.reader?.subscribe(before.subscription);
  }

  /**
   * Changes what is wanted of the stream; nothing, or an empty object, means everything. A server
   * that can narrow it answers with the state as far as it is wanted, which replaces the store's.
   */
  setSubscription(subscription?: StreamSubscription): void {
    const before = this.#config.subscription;
    this.#config = { ...this.#config, subscription };
    this.#driver.reader?.subscribe(before);
  }

  /**
   * Sends a message, or keeps it until the server has shown that it listens. A server that only
   * pushes is never sent anything.
   */
  send: Send = (type: string, data: unknown = {}) => {
    const { state, reader } = this.#driver;
    if (!wanted(state)) return refused(`The connection is ${state.name}`);
    try {
      const text = JSON.stringify({ type, timestamp: this.env.now(), data });
      return reader ? reader.send(type, text) : queue(this.#waiting, type, text);
    } catch (cause) {
      return refused(`It cannot be written as JSON: ${cause}`);
    }
  };

  /** Calls back for each message of a type, as it arrives. Returns how to end it. */
  subscribe<T extends DownType>(type: T, callback: MessageCallback<DownMessages[T], T>): Cancel;
  subscribe<Data>(type: string, callback: MessageCallback<Data>): Cancel;
  subscribe(type: string, callback: MessageCallback<never>): Cancel {
    const callbacks = this.#subscribers.get(type) ?? new Set();
    this.#subscribers.set(type, callbacks.add(callback));
    return () => this.unsubscribe(type, callback);
  }

  /** Ends what {@link subscribe} began with the same callback. */
  unsubscribe(type: string, callback: MessageCallback<never>): void {
    const callbacks = this.#subscribers.get(type);
    if (callbacks?.delete(callback) && !callbacks.size) this.#subscribers.delete(type);
  }

  /** Calls back after each change of state. Returns how to end it. */
  onStateChange(listener: (state: ConnectionState) => void): Cancel {
    return enlist(this.#stateListeners, listener);
  }

  /**
   * Calls back with each frame as it travelled, before it is read, of either direction; tokens are
   * left out. Costs nothing while nobody listens. Returns how to end it.
   */
  onFrame(listener: (frame: RawFrame) => void): Cancel {
    return enlist(this.#frameListeners, listener);
  }

  /** Callbacks by message type, as {@link subscribe} was called. */
  get subscriptions(): ReadonlyMap<string, number> {
    return new Map([...this.#subscribers].map(([type, { size }]) => [type, size]));
  }

  /** What of the stream is wanted, as configured or set last. */
  get subscription(): StreamSubscription | undefined {
    return this.#config.subscription;
  }

  /** Where the connection stands; see `ConnectionState`. */
  getState(): ConnectionState {
    return this.#driver.state.name;
  }

  /** True in state `CONNECTED`. */
  isConnected(): boolean {
    return this.getState() === "CONNECTED";
  }

  /** How the connection stands and what has travelled over it; times are Unix ms. */
  getConnectionInfo(): ConnectionInfo {
    return { ...this.#status(), ...NO_TRAFFIC, ...this.#driver.reader?.traffic };
  }

  /** Silence after which the data count as stale, ms: twice what is usual here, at least 5 s. */
  staleAfter(): number {
    return Math.max(5_000, 2 * (this.#driver.reader?.usualGap ?? 0));
  }

  #status(): ConnectionStatusInfo {
    const { state, transport = this.#config.transports[0] ?? "websocket", reader } = this.#driver;
    return {
      state: state.name,
      // Where tabs share it, a connection may follow another unnoticed.
      connectedAt: state.name === "CONNECTED" ? state.since : this.#connectedAt,
      disconnectedAt: this.#disconnectedAt,
      reconnectAttempts: attemptsOf(state, this.env.now()),
      nextAttemptAt: "until" in state ? state.until : null,
      lastError: this.#lastError,
      latency: null,
      transport,
      ...reader?.status,
    };
  }

  #changed(before: Connection, ended: Transition["ended"]): void {
    const { reporter, handlers } = this.#parts;
    const { state } = this.#driver;
    const { name } = state;
    const was = before.name;
    if (was === name && name !== "RECONNECTING") return;
    const reason = ended ? `${ended.reason || "Connection lost"} (${ended.code})` : "";
    if (was === "CONNECTED") this.#disconnectedAt = this.env.now();
    if (wanted(state)) {
      this.#stopWaking ??= this.env.onWake((cause) =>
        this.#driver.dispatch({ type: "wake", cause }),
      );
    } else {
      this.#stopWaking?.();
      this.#stopWaking = undefined;
      this.#waiting.length = 0;
    }
    let failure: ConnectionError | undefined;
    if (state.name === "CONNECTED") {
      this.#connectedAt = state.since;
      this.#lastError = null;
    } else if (ended && name !== "DISCONNECTED") {
      const what =
        was === "CONNECTED" ? reason : `Cannot connect to ${this.#config.url}: ${reason}`;
      this.#lastError = failure = new ConnectionError(what, ended.code);
    }
    reporter.debug("state", state, reason);
    this.#parts.show();
    if (failure && (name === "ERROR" || was === "CONNECTING")) reporter.report(failure);
    // A callback may have moved the connection on; the rest is then no longer true.
    const tell = (call: () => void): void => {
      if (this.#driver.state.name === name) reporter.guard("the connection", call);
    };
    if (was !== name) {
      for (const listener of [...this.#stateListeners]) tell(() => listener(name));
      if (was === "CONNECTED") tell(() => handlers.onDisconnect?.(reason));
      if (name === "CONNECTED") {
        tell(() => handlers.onConnect?.());
        if (was === "RECONNECTING") tell(() => handlers.onReconnected?.());
      }
      if (name === "CLOSED") tell(() => handlers.onMaxReconnectAttemptsReached?.());
    }
    if (state.name === "RECONNECTING" && ended)
      tell(() => handlers.onReconnecting?.(state.attempt));
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
