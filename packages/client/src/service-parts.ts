import type { Config, StreamSubscription } from "./config.ts";
import type { Cause, Connection, Effect, Transition } from "./connection.ts";
import type { ConnectionStatusInfo, Traffic } from "./connection-info.ts";
import type { Env } from "./env.ts";
import type { WebSocketHandlers } from "./handlers.ts";
import type { Reporter } from "./reporter.ts";
import type { Send, SendResult, Waiting } from "./send-result.ts";
import type { Store } from "./store.ts";
import type { Subscribers } from "./subscribers.ts";
import type { RawFrame } from "./tap.ts";
import type { EarlySocket } from "./transport/early-socket.ts";
import type { Link, TransportName } from "./transport/transport.ts";

/** What a service is made of, for its connection and for what reads its stream. */
export interface ServiceParts {
  readonly env: Env;
  readonly handlers: WebSocketHandlers;
  readonly subscribers: Subscribers;
  readonly reporter: Reporter;
  /** Messages that wait to be sent. */
  readonly waiting: Waiting[];
  readonly frameListeners: ReadonlySet<(frame: RawFrame) => void>;
  config(): Config;
  store(): Store;
  /** Shows how the connection stands. */
  show(): void;
  readonly send: Send;
  /** The state changed, and every effect of it is done. */
  changed(before: Connection, ended: Transition["ended"]): void;
}

/** A connection, for what reads from it. */
export interface Connector {
  state: Connection;
  /** The one link, while there is one. */
  link: Link | undefined;
  /** In use; undefined: the first that is configured. */
  transport: TransportName | undefined;
  /** Opened while what reads from it was being loaded. */
  early: EarlySocket | undefined;
  /** The share of the first wait that the server gave this connection. */
  phase: number | undefined;
  dispatch(cause: Cause): void;
  perform(effect: Effect): void;
}

/** What reads a stream, as its connection and its service see it. */
export interface Reader {
  readonly traffic: Traffic;
  /** What only it knows of the connection. */
  readonly status: Pick<ConnectionStatusInfo, "latency" | "shared">;
  /** Gap between frames that is usual here, ms. */
  readonly usualGap: number;
  /** Whether a cause is for others to deal with. */
  takes(cause: Cause): boolean;
  /** Opens a link, or goes on with the early one. */
  open(): void;
  /** Sees to an effect that it alone can. */
  effect(effect: Effect): void;
  /** The link is gone, whoever ended it. */
  gone(): void;
  changed(before: Connection, ended: Transition["ended"]): void;
  send(type: string, text: string): SendResult;
  /** What is wanted of the stream may have changed. */
  subscribe(before: StreamSubscription | undefined): void;
  /** Begins anew with the first transport and with other tabs; `moved`: with another server. */
  reset(moved: boolean): void;
}
