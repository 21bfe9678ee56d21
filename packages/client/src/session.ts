import type { AnyEnvelope, DownEnvelope, Init } from "@telltale/protocol";
import type { StreamSubscription } from "./config.ts";
import { ConnectionError } from "./errors.ts";
import type { Liveness } from "./liveness.ts";
import { Outbox } from "./outbox.ts";
import type { Route } from "./route.ts";
import { refused, type SendResult } from "./send-result.ts";
import type { Connector, ServiceParts } from "./service-parts.ts";
import type { TransportName } from "./transport/transport.ts";
import { utf8Length } from "./utf8.ts";
import { CLIENT_VERSION } from "./version.ts";

const EVERYTHING = "{}";

function keyOf(subscription: StreamSubscription = {}): string {
  return JSON.stringify(subscription);
}

export interface SessionEvents {
  sent(text: string, bytes: number): void;
}

/** What is said to a server: nothing, until it has shown that it listens. */
export class Session {
  /** UTF-8 bytes sent since creation. */
  bytesSent = 0;
  readonly #parts: ServiceParts;
  readonly #connector: Connector;
  readonly #route: Route;
  readonly #liveness: Liveness;
  readonly #events: SessionEvents;
  readonly #outbox: Outbox;
  #askedAt: number | null = null;
  /** What the newest server to greet acts on. */
  #speaks: readonly string[] = [];
  /** The subscription that the WebSocket in use was asked for. */
  #narrowed = EVERYTHING;

  constructor(
    parts: ServiceParts,
    connector: Connector,
    route: Route,
    liveness: Liveness,
    events: SessionEvents,
  ) {
    this.#parts = parts;
    this.#connector = connector;
    this.#route = route;
    this.#liveness = liveness;
    this.#events = events;
    this.#outbox = new Outbox(parts.waiting, (text) => this.#transmit(text));
  }

  send(type: string, text: string): SendResult {
    const { link } = this.#connector;
    if (!link || link.send) return this.#outbox.send(type, text);
    const { transport } = this.#route;
    return refused(`Only a WebSocket can send; the connection uses "${transport}" for now`);
  }

  /** The connection ended. */
  end(): void {
    this.#outbox.shut();
  }

  /** Asks for a `pong`. */
  ask(): void {
    const client_time = this.#parts.env.now();
    this.#askedAt = client_time;
    this.#say("heartbeat", { client_time });
  }

  /** Whether the address of a new link tells the subscription, and what it is then. */
  narrows(transport: TransportName): boolean {
    if (transport !== "websocket") return true;
    // Servers that never spoke of subscriptions never see one.
    const able = this.#speaks.includes("subscribe");
    this.#narrowed = able ? keyOf(this.#parts.config().subscription) : EVERYTHING;
    return able;
  }

  /** Asks for what the configuration says now, if that is not what was asked for. */
  subscribe(): void {
    const { link } = this.#connector;
    if (link?.renew) {
      this.#route.place.forget();
      link.renew();
    } else if (!link) this.#route.place.forget();
    else if (this.#outbox.listening) this.#narrow();
  }

  /** Another server, of which nothing is known. */
  move(): void {
    this.#speaks = [];
  }

  /** Does what a message asks of the connection itself. */
  heed(message: AnyEnvelope): void {
    // The inbox has held the payload against the schema of its type.
    const { type, data } = message as DownEnvelope;
    if (type === "init") this.#greet(data);
    if (type === "pong") {
      this.#outbox.open();
      if (data.client_time === this.#askedAt) {
        this.#route.told.latency(Math.max(0, this.#parts.env.now() - data.client_time));
      }
      if (!this.#connector.link?.shared) this.#liveness.listens();
    }
    if (type === "notice" && data.code === "going_away") {
      const { after_ms = 0, spread_ms = 0 } = data;
      this.#connector.dispatch({ type: "going_away", after: after_ms, spread: spread_ms });
    }
  }

  #greet({ capabilities, heartbeat_interval_ms, reconnect_phase: phase = -1 }: Init): void {
    this.#liveness.expect(heartbeat_interval_ms);
    if (phase >= 0 && phase < 1) this.#connector.phase = phase;
    this.#speaks = capabilities;
    const { link } = this.#connector;
    if (!link?.send) return;
    const own = !link.shared;
    if (own && capabilities.includes("auth")) void this.#authenticate();
    if (own && capabilities.includes("hello")) {
      const client = { name: "@telltale/client", version: CLIENT_VERSION };
      this.#say("hello", { client, batch: true });
    }
    for (const type of this.#outbox.open(capabilities)) {
      const reason = `The server does not act on "${type}": it was not sent`;
      this.#parts.reporter.report(new ConnectionError(reason));
    }
    if (own && capabilities.includes("heartbeat")) this.#liveness.listens();
    if (own) this.#narrow();
  }

  #narrow(): void {
    const { types, models, filter, intervalMs } = this.#parts.config().subscription ?? {};
    const key = keyOf(this.#parts.config().subscription);
    if (key === this.#narrowed || !this.#speaks.includes("subscribe")) return;
    this.#narrowed = key;
    this.#route.place.forget();
    const data = { types, models, filter, interval_ms: intervalMs, replace: true };
    this.#say("subscribe", data);
  }

  async #authenticate(): Promise<void> {
    const link = this.#connector.link;
    try {
      this.#route.token ??= await this.#parts.config().getToken?.();
    } catch (cause) {
      const reason = `getToken failed: ${cause}`;
      this.#parts.reporter.report(new ConnectionError(reason, undefined, cause));
    }
    const { token } = this.#route;
    // Meanwhile this may have become another connection, which asks for itself.
    if (token && link === this.#connector.link) this.#say("auth", { token });
  }

  #say(type: string, data: unknown): void {
    this.#transmit(JSON.stringify({ type, timestamp: this.#parts.env.now(), data }));
  }

  #transmit(text: string): boolean {
    if (!this.#connector.link?.send?.(text)) return false;
    const bytes = utf8Length(text);
    this.bytesSent += bytes;
    this.#events.sent(text, bytes);
    return true;
  }
}
