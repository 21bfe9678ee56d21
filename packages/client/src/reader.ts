import type { AnyEnvelope, DownEnvelope } from "@telltale/protocol";
import { streamAddress } from "./address.ts";
import type { StreamSubscription } from "./config.ts";
import type { Cause, Connection, Effect, Transition } from "./connection.ts";
import type { ConnectionStatusInfo, Traffic } from "./connection-info.ts";
import { Contents } from "./contents.ts";
import type { DriverEvents } from "./driver-events.ts";
import { ConnectionError } from "./errors.ts";
import { gapNotice } from "./gap-notice.ts";
import { Inbox } from "./inbox.ts";
import { Liveness } from "./liveness.ts";
import { Route } from "./route.ts";
import { same } from "./same.ts";
import type { SendResult } from "./send-result.ts";
import type { Connector, Reader, ServiceParts } from "./service-parts.ts";
import { Session } from "./session.ts";
import { deliver } from "./subscribers.ts";
import { Tap } from "./tap.ts";
import type { TransportName } from "./transport/transport.ts";
import { byteLength } from "./utf8.ts";

/** Somebody returns to a link that cannot be asked: after so long a silence it is made anew. */
const RENEW_MS = 5_000;

/** Everything that happens to what a connection brings, from the frame to the store. */
export class StreamReader implements Reader {
  #messages = 0;
  #bytes = 0;
  readonly #parts: ServiceParts;
  readonly #connector: Connector;
  readonly #inbox: Inbox;
  readonly #liveness: Liveness;
  readonly #session: Session;
  readonly #route: Route;
  readonly #tap: Tap;
  #latency: number | null = null;

  constructor(parts: ServiceParts, connector: Connector) {
    const { env, config, reporter } = parts;
    this.#parts = parts;
    this.#connector = connector;
    const contents = (): Contents => new Contents(env.now, () => config().historySize);
    parts.store().contents = contents();
    this.#tap = new Tap(env, reporter, parts.frameListeners);
    this.#liveness = new Liveness(env, config, {
      ask: () => this.#session.ask(),
      silent: (ms) => {
        const reason = `Nothing heard for ${Math.round(ms / 1000)} s`;
        connector.dispatch({ type: "silent", reason });
      },
    });
    this.#inbox = new Inbox(
      {
        message: (message) => this.#receive(message),
        gap: (from, to) => this.#deliver(gapNotice(from, to, env.now())),
        fault: (error) => reporter.report(error),
      },
      () => config().schemas,
    );
    const address = (transport: TransportName): string => {
      const narrows = this.#session.narrows(transport);
      const { position } = this.#route.place;
      return streamAddress(config(), env.base(), transport, position, narrows);
    };
    const told: DriverEvents = {
      opened: () => {
        this.#inbox.restart();
        this.#liveness.start();
        if (connector.link?.shared) this.#liveness.stop();
      },
      frame: (frame) => this.#read(frame),
      heard: () => this.#liveness.heard(),
      gone: () => {
        this.#liveness.stop();
        this.#session.end();
        this.#route.place.cut();
      },
      switched: parts.show,
      probe: () => {
        const { link } = connector;
        if (!link?.renew) this.#liveness.probe();
        else if (this.#liveness.silence > RENEW_MS) link.renew();
      },
      latency: (ms) => {
        this.#latency = ms;
        parts.show();
      },
      changed: (before, ended) => {
        if (connector.state.name !== "CONNECTED") this.#latency = null;
        parts.changed(before, ended);
      },
    };
    this.#route = new Route(env, config, connector, address, told, {
      inbox: this.#inbox,
      store: parts.store(),
      send: parts.send,
      heed: (message) => this.#session.heed(message),
      deliver: (message, narrowed) => this.#deliver(message, narrowed),
      report: (reason) => reporter.report(new ConnectionError(reason)),
      contents,
    });
    this.#session = new Session(parts, connector, this.#route, this.#liveness, {
      sent: (text, bytes) => this.#tap.tell("out", text, bytes, this.#route.transport),
    });
  }

  get status(): Pick<ConnectionStatusInfo, "latency" | "shared"> {
    const shared = this.#route.share?.role;
    return { latency: this.#latency, ...(shared && { shared }) };
  }

  get traffic(): Traffic {
    const { bytesSent } = this.#session;
    const lastFrameAt = this.#liveness.heardAt;
    return { messageCount: this.#messages, bytesReceived: this.#bytes, bytesSent, lastFrameAt };
  }

  get usualGap(): number {
    return this.#liveness.usualGap();
  }

  takes(cause: Cause): boolean {
    return this.#route.share?.takes(cause) ?? false;
  }

  open(): void {
    this.#route.open();
  }

  effect(effect: Effect): void {
    if (effect.do === "probe") this.#route.told.probe();
    if (effect.do === "refresh_token") void this.#route.refreshToken();
  }

  gone(): void {
    this.#route.gone();
  }

  changed(before: Connection, ended: Transition["ended"]): void {
    this.#route.changed(before, ended);
  }

  send(type: string, text: string): SendResult {
    return this.#session.send(type, text);
  }

  subscribe(before: StreamSubscription | undefined): void {
    const { share, place } = this.#route;
    if (same(before, this.#parts.config().subscription)) return;
    if (!share?.role) this.#session.subscribe();
    else {
      // The others want what they wanted.
      this.#connector.dispatch({ type: "disconnect" });
      place.forget();
      this.#route.share = undefined;
      this.#connector.dispatch({ type: "connect" });
    }
  }

  reset(moved: boolean): void {
    if (moved) {
      this.#route.token = undefined;
      this.#route.place.forget();
      this.#session.move();
    }
    this.#route.reset();
  }

  #read(frame: unknown): void {
    this.#liveness.heard();
    const bytes = byteLength(frame);
    this.#bytes += bytes;
    this.#tap.tell("in", frame, bytes, this.#route.transport);
    this.#inbox.accept(frame);
    this.#route.read();
  }

  #receive(message: AnyEnvelope): void {
    const { state } = this.#connector;
    const { share, place } = this.#route;
    // A callback may have disconnected in the middle of a batch.
    if (state.name !== "CONNECTED" && !share?.replaying) return;
    this.#messages++;
    if (!("hadData" in state && state.hadData)) this.#connector.dispatch({ type: "data" });
    const narrowed = place.narrowing;
    if (message.type === "init") place.narrowing = false;
    if (!place.take(message)) return;
    this.#session.heed(message);
    this.#deliver(message, narrowed);
  }

  #deliver(message: AnyEnvelope, narrowed = false): void {
    const { store, subscribers, reporter, handlers } = this.#parts;
    store().apply(message, narrowed);
    this.#route.share?.keep(message, narrowed);
    deliver(message, subscribers, reporter);
    const { type, data } = message as DownEnvelope;
    if (type === "notice") reporter.guard(type, () => handlers.onNotice?.(data));
  }
}
