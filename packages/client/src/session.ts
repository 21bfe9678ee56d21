import type { AnyEnvelope, DownEnvelope, Init } from "@telltale/protocol";
import type { Config } from "./config.ts";
import type { Driver } from "./driver.ts";
import type { Env } from "./env.ts";
import { ConnectionError } from "./errors.ts";
import type { Liveness } from "./liveness.ts";
import { Outbox, type SendResult } from "./outbox.ts";
import { utf8Length } from "./utf8.ts";
import { CLIENT_VERSION } from "./version.ts";

export interface SessionEvents {
  sent(text: string): void;
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

  /** The connection ended; what waits, waits for the next. */
  end(): void {
    this.#outbox.shut();
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
      const reason = `The server does not act on "${type}": it was not sent`;
      this.#events.failed(new ConnectionError(reason));
    }
    if (capabilities.includes("heartbeat")) this.#liveness.listens();
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
    if (token && link === this.#driver.link) this.#transmit(this.#write("auth", { token }), true);
  }

  #write(type: string, data: unknown = {}): string {
    return JSON.stringify({ type, timestamp: this.#env.now(), data });
  }

  #transmit(text: string, secret = false): boolean {
    if (!this.#driver.link?.send(text)) return false;
    this.bytesSent += utf8Length(text);
    this.#events.sent(secret ? "(a token)" : text);
    return true;
  }
}
