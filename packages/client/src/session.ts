import type { AnyEnvelope, DownEnvelope, Init } from "@telltale/protocol";
import type { Config, StreamSubscription } from "./config.ts";
import { wanted } from "./connection.ts";
import type { Driver } from "./driver.ts";
import type { Env } from "./env.ts";
import { ConnectionError } from "./errors.ts";
import type { Liveness } from "./liveness.ts";
import { Outbox, type SendResult } from "./outbox.ts";
import type { TransportName } from "./transport/transport.ts";
import { utf8Length } from "./utf8.ts";
import { CLIENT_VERSION } from "./version.ts";

const EVERYTHING = "{}";

function keyOf(subscription: StreamSubscription = {}): string {
  return JSON.stringify(subscription);
}

export interface SessionEvents {
  sent(text: string, bytes: number): void;
  /** What was asked for changed: the next state replaces all there is. */
  narrowing(): void;
  /** A round trip was measured, ms. */
  latency(ms: number): void;
  failed(error: ConnectionError): void;
}

/** What is said to a server: nothing, until it has shown that it listens. */
export class Session {
  /** UTF-8 bytes sent since creation. */
  bytesSent = 0;
  readonly #env: Env;
  readonly #config: () => Config;
  readonly #driver: Driver;
  readonly #liveness: Liveness;
  readonly #events: SessionEvents;
  readonly #outbox: Outbox = new Outbox((text) => this.#transmit(text));
  #askedAt: number | null = null;
  /** What the newest server to greet acts on. */
  #speaks: readonly string[] = [];
  /** The subscription that the WebSocket in use was asked for. */
  #narrowed = EVERYTHING;

  constructor(
    env: Env,
    config: () => Config,
    driver: Driver,
    liveness: Liveness,
    events: SessionEvents,
  ) {
    this.#env = env;
    this.#config = config;
    this.#driver = driver;
    this.#liveness = liveness;
    this.#events = events;
  }

  send(type: string, data: unknown): SendResult {
    const { link, transport, state } = this.#driver;
    if (!wanted(state)) return { status: "refused", reason: `The connection is ${state.name}` };
    if (link && !link.send) {
      const reason = `Only a WebSocket can send; the connection uses "${transport}" for now`;
      return { status: "refused", reason };
    }
    try {
      return this.#outbox.send(type, this.#write(type, data));
    } catch (cause) {
      return { status: "refused", reason: `It cannot be written as JSON: ${cause}` };
    }
  }

  /** Asks for a `pong`. */
  ask(): void {
    this.#askedAt = this.#env.now();
    this.#transmit(this.#write("heartbeat", { client_time: this.#askedAt }));
  }

  /** Whether the address of a new link tells the subscription, and what it is then. */
  narrows(transport: TransportName): boolean {
    if (transport !== "websocket") return true;
    // Servers that never spoke of subscriptions never see one.
    const able = this.#speaks.includes("subscribe");
    this.#narrowed = able ? keyOf(this.#config().subscription) : EVERYTHING;
    return able;
  }

  /** Asks for what the configuration says now, if that is not what was asked for. */
  subscribe(): void {
    const { link } = this.#driver;
    if (link?.renew) {
      this.#events.narrowing();
      link.renew();
    } else if (!link) this.#events.narrowing();
    else if (this.#outbox.listening) this.#narrow();
  }

  /** The connection ended; what waits, waits for the next. */
  end(): void {
    this.#outbox.shut();
  }

  /** Another server, of which nothing is known. */
  move(): void {
    this.#speaks = [];
  }

  /** No next connection is wanted. */
  forget(): void {
    this.#outbox.clear();
  }

  /** Does what a message asks of the connection itself. */
  heed(message: AnyEnvelope): void {
    // The inbox has held the payload against the schema of its type.
    const { type, data } = message as DownEnvelope;
    if (type === "init") this.#greet(data);
    if (type === "pong") {
      this.#outbox.open();
      if (data.client_time === this.#askedAt) {
        this.#events.latency(Math.max(0, this.#env.now() - data.client_time));
      }
      if (!this.#driver.link?.shared) this.#liveness.listens();
    }
    if (type === "notice" && data.code === "going_away") {
      const { after_ms = 0, spread_ms = 0 } = data;
      this.#driver.dispatch({ type: "going_away", after: after_ms, spread: spread_ms });
    }
  }

  #greet({ capabilities, heartbeat_interval_ms }: Init): void {
    this.#liveness.expect(heartbeat_interval_ms);
    this.#speaks = capabilities;
    const { link } = this.#driver;
    if (!link?.send) return;
    const own = !link.shared;
    if (own && capabilities.includes("auth")) void this.#authenticate();
    if (own && capabilities.includes("hello")) {
      const client = { name: "@telltale/client", version: CLIENT_VERSION };
      this.#transmit(this.#write("hello", { client, batch: true }));
    }
    for (const type of this.#outbox.open(capabilities)) {
      const reason = `The server does not act on "${type}": it was not sent`;
      this.#events.failed(new ConnectionError(reason));
    }
    if (own && capabilities.includes("heartbeat")) this.#liveness.listens();
    if (own) this.#narrow();
  }

  #narrow(): void {
    const { types, models, filter, intervalMs } = this.#config().subscription ?? {};
    const key = keyOf(this.#config().subscription);
    if (key === this.#narrowed || !this.#speaks.includes("subscribe")) return;
    this.#narrowed = key;
    this.#events.narrowing();
    const data = { types, models, filter, interval_ms: intervalMs, replace: true };
    this.#transmit(this.#write("subscribe", data));
  }

  async #authenticate(): Promise<void> {
    const link = this.#driver.link;
    try {
      this.#driver.token ??= await this.#config().getToken?.();
    } catch (cause) {
      const reason = `getToken failed: ${cause}`;
      this.#events.failed(new ConnectionError(reason, undefined, cause));
    }
    const { token } = this.#driver;
    // Meanwhile this may have become another connection, which asks for itself.
    if (token && link === this.#driver.link) this.#transmit(this.#write("auth", { token }));
  }

  #write(type: string, data: unknown = {}): string {
    return JSON.stringify({ type, timestamp: this.#env.now(), data });
  }

  #transmit(text: string): boolean {
    if (!this.#driver.link?.send?.(text)) return false;
    const bytes = utf8Length(text);
    this.bytesSent += bytes;
    this.#events.sent(text, bytes);
    return true;
  }
}
