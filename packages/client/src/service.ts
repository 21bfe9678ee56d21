import type {
  AnyEnvelope,
  DownEnvelope,
  DownMessages,
  DownType,
  UpMessages,
  UpType,
} from "@telltale/protocol";
import { streamAddress } from "./address.ts";
import { announcement, reasonOf } from "./announcement.ts";
import { type Config, complete, type StreamSubscription, type WebSocketConfig } from "./config.ts";
import { type Connection, ConnectionState, type Transition, wanted } from "./connection.ts";
import type { ConnectionInfo, ConnectionStatusInfo } from "./connection-info.ts";
import { ConnectionRecord } from "./connection-info.ts";
import { Driver } from "./driver.ts";
import type { DriverEvents } from "./driver-events.ts";
import { type Cancel, defaultEnv, type Env } from "./env.ts";
import { ConnectionError } from "./errors.ts";
import { gapNotice } from "./gap-notice.ts";
import type { WebSocketHandlers } from "./handlers.ts";
import { Inbox } from "./inbox.ts";
import { Liveness } from "./liveness.ts";
import type { SendResult } from "./outbox.ts";
import { Place } from "./place.ts";
import { Reporter } from "./reporter.ts";
import { same } from "./same.ts";
import { Session } from "./session.ts";
import { Store } from "./store.ts";
import { type MessageCallback, Subscribers } from "./subscribers.ts";
import { type RawFrame, Tap } from "./tap.ts";
import type { TransportName } from "./transport/transport.ts";
import { byteLength } from "./utf8.ts";

/** Somebody returns to a link that cannot be asked: after so long a silence it is made anew. */
const RENEW_MS = 5_000;

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
  readonly #session: Session;
  readonly #reporter: Reporter;
  readonly #tap: Tap;
  readonly #subscribers: Subscribers = new Subscribers((type, call) =>
    this.#reporter.guard(type, call),
  );
  readonly #stateListeners = new Set<(state: ConnectionState) => void>();
  readonly #place = new Place();
  readonly #record = new ConnectionRecord();
  #config: Config;
  #destroyed = false;
  #stopWaking: Cancel | undefined;

  constructor(config: WebSocketConfig, handlers: WebSocketHandlers = {}, env: Partial<Env> = {}) {
    this.#config = complete(config);
    this.#handlers = handlers;
    this.env = { ...defaultEnv, ...env };
    const options = (): Config => this.#config;
    this.#reporter = new Reporter(this.env, handlers, () => this.#config.debug);
    this.#tap = new Tap(this.env, this.#reporter);
    this.#liveness = new Liveness(this.env, options, {
      ask: () => this.#session.ask(),
      silent: (ms) => {
        const reason = `Nothing heard for ${Math.round(ms / 1000)} s`;
        this.#driver.dispatch({ type: "silent", reason });
      },
    });
    this.#inbox = new Inbox({
      message: (message) => this.#receive(message),
      gap: (from, to) => this.#deliver(gapNotice(from, to, this.env.now())),
      fault: (error) => this.#reporter.report(error),
    });
    const address = (transport: TransportName): string => {
      const narrows = this.#session.narrows(transport);
      const { position } = this.#place;
      return streamAddress(this.#config, this.env.base(), transport, position, narrows);
    };
    const events: DriverEvents = {
      opened: () => {
        this.#inbox.restart();
        this.#liveness.start();
        if (this.#driver.link?.shared) this.#liveness.stop();
      },
      frame: (frame) => this.#read(frame),
      heard: () => this.#liveness.heard(),
      gone: () => {
        this.#liveness.stop();
        this.#session.end();
        this.#place.cut();
      },
      switched: () => this.store.setConnection(this.#status()),
      probe: () => {
        const { link } = this.#driver;
        if (!link?.renew) this.#liveness.probe();
        else if (this.#liveness.silence > RENEW_MS) link.renew();
      },
      latency: (ms) => {
        this.#record.latency = ms;
        this.store.setConnection(this.#status());
      },
      changed: (before, ended) => this.#announce(before, ended),
    };
    this.#driver = new Driver(this.env, options, this.#place, address, events, () => ({
      inbox: this.#inbox,
      session: this.#session,
      store: this.store,
      deliver: (message, narrowed) => this.#deliver(message, narrowed),
      report: (error) => this.#reporter.report(error),
    }));
    this.#session = new Session(this.env, options, this.#driver, this.#liveness, {
      narrowing: () => this.#place.forget(),
      sent: (text, bytes) => this.#tap.tell("out", text, bytes, this.#driver.transport),
      latency: (ms) => this.#driver.told.latency(ms),
      failed: (error) => this.#reporter.report(error),
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
    this.#tap.clear();
    this.store.stop();
  };

  /**
   * Takes new options. A new `url` or `protocols` starts over, with an empty store; new `transports`
   * connect anew; a new `subscription` is as by {@link setSubscription}.
   */
  configure(config: WebSocketConfig): void {
    const { url, protocols, transports, subscription, share, shareAs } = this.#config;
    this.#config = complete(config);
    const { name } = this.#driver.state;
    const rerouted =
      String([share, shareAs, ...transports]) !==
      String([this.#config.share, this.#config.shareAs, ...this.#config.transports]);
    const moved = url !== this.#config.url || String(protocols) !== String(this.#config.protocols);
    if (moved) {
      this.disconnect();
      this.#driver.token = undefined;
      this.#place.forget();
      this.#session.move();
      this.store.reset();
    } else if (rerouted) this.disconnect();
    if (moved || rerouted) this.#driver.reset();
    if (name === "ERROR" || ((moved || rerouted) && name !== "DISCONNECTED")) this.connect();
    if (!same(subscription, this.#config.subscription)) this.#subscribe();
  }

  /**
   * Changes what is wanted of the stream; nothing, or an empty object, means everything. A server
   * that can narrow it answers with the state as far as it is wanted, which replaces the store's.
   */
  setSubscription(subscription?: StreamSubscription): void {
    const before = this.#config.subscription;
    this.#config = { ...this.#config, subscription };
    if (!same(before, subscription)) this.#subscribe();
  }

  /**
   * Sends a message, or keeps it until the server has shown that it listens. A server that only
   * pushes is never sent anything.
   */
  send<T extends UpType>(type: T, data: UpMessages[T]): SendResult;
  send(type: string, data?: unknown): SendResult;
  send(type: string, data?: unknown): SendResult {
    return this.#session.send(type, data);
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

  /**
   * Calls back with each frame as it travelled, before it is read, of either direction; tokens are
   * left out. Costs nothing while nobody listens. Returns how to end it.
   */
  onFrame(listener: (frame: RawFrame) => void): Cancel {
    return this.#tap.add(listener);
  }

  /** Callbacks by message type, as {@link subscribe} was called. */
  get subscriptions(): ReadonlyMap<string, number> {
    return this.#subscribers.counts();
  }

  /** What of the stream is wanted, as configured or set last. */
  get subscription(): StreamSubscription | undefined {
    return this.#config.subscription;
  }

  getState(): ConnectionState {
    return this.#driver.state.name;
  }

  isConnected(): boolean {
    return this.getState() === ConnectionState.CONNECTED;
  }

  getConnectionInfo(): ConnectionInfo {
    const { messageCount, bytesReceived } = this.#record;
    return {
      ...this.#status(),
      messageCount,
      bytesReceived,
      bytesSent: this.#session.bytesSent,
      lastFrameAt: this.#liveness.heardAt,
    };
  }

  /** Silence after which the data count as stale, ms: twice what is usual here, at least 5 s. */
  staleAfter(): number {
    return Math.max(5_000, 2 * this.#liveness.usualGap());
  }

  #subscribe(): void {
    const { share } = this.#driver;
    if (!share?.role) this.#session.subscribe();
    else {
      // The others want what they wanted.
      this.disconnect();
      this.#place.forget();
      this.#driver.share = undefined;
      this.connect();
    }
  }

  #status(): ConnectionStatusInfo {
    const { state, transport, share } = this.#driver;
    const status = this.#record.status(state, this.env.now(), transport);
    return share?.role ? { ...status, shared: share.role } : status;
  }

  #read(frame: unknown): void {
    this.#liveness.heard();
    const bytes = byteLength(frame);
    this.#record.bytesReceived += bytes;
    this.#tap.tell("in", frame, bytes, this.#driver.transport);
    this.#inbox.accept(frame);
    this.#driver.read();
  }

  #receive(message: AnyEnvelope): void {
    const { state, share } = this.#driver;
    // A callback may have disconnected in the middle of a batch.
    if (state.name !== "CONNECTED" && !share?.replaying) return;
    this.#record.messageCount++;
    if (!("hadData" in state && state.hadData)) this.#driver.dispatch({ type: "data" });
    const narrowed = this.#place.narrowing;
    if (message.type === "init") this.#place.narrowing = false;
    if (!this.#place.take(message)) return;
    this.#session.heed(message);
    this.#deliver(message, narrowed);
  }

  #deliver(message: AnyEnvelope, narrowed = false): void {
    this.store.apply(message, narrowed);
    this.#driver.share?.keep(message, narrowed);
    this.#subscribers.deliver(message);
    const { type, data } = message as DownEnvelope;
    if (type === "notice") this.#reporter.guard(type, () => this.#handlers.onNotice?.(data));
  }

  #announce(before: Connection, ended: Transition["ended"]): void {
    const { state } = this.#driver;
    const was = before.name;
    const { name } = state;
    if (was === name && name !== "RECONNECTING") return;
    const reason = reasonOf(ended);
    if (was === "CONNECTED" && name !== was) {
      this.#record.disconnectedAt = this.env.now();
      this.#record.latency = null;
    }
    if (wanted(state)) {
      this.#stopWaking ??= this.env.onWake((cause) =>
        this.#driver.dispatch({ type: "wake", cause }),
      );
    } else {
      this.#stopWaking?.();
      this.#stopWaking = undefined;
      this.#session.forget();
    }
    let failure: ConnectionError | undefined;
    if (state.name === "CONNECTED") {
      this.#record.connectedAt = state.since;
      this.#record.lastError = null;
    } else if (ended && name !== "DISCONNECTED") {
      const what =
        was === "CONNECTED" ? reason : `Cannot connect to ${this.#config.url}: ${reason}`;
      this.#record.lastError = failure = new ConnectionError(what, ended.code);
    }
    this.#reporter.debug("state", state, reason);
    this.store.setConnection(this.#status());

    if (failure && (name === "ERROR" || was === "CONNECTING")) this.#reporter.report(failure);
    for (const call of announcement(was, state, ended, this.#handlers, this.#stateListeners)) {
      // A callback may have moved the connection on; the rest is then no longer true.
      if (this.#driver.state.name === name) this.#reporter.guard("the connection", call);
    }
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
