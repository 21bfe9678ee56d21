import type { Env } from "../env.ts";

/** The ways to a stream, as they are called in the configuration. */
export type TransportName = "websocket" | "sse" | "poll";

/** What a link tells. After `closed`, or after the link was closed from here, it says nothing. */
export interface LinkEvents {
  opened(): void;
  /** One frame, as it came; text unless the peer is wrong. */
  frame(data: unknown): void;
  /** A sign of life that carries nothing. */
  heard(): void;
  /** Code of RFC 6455; 1006 where there was none. */
  closed(code: number, reason: string): void;
}

/** One connection of one transport. */
export interface Link {
  /** False when it could not be handed to the network. Absent where a transport only receives. */
  send?(text: string): boolean;
  /** Another tab holds it: greets the server, and judges whether it is alive. */
  readonly shared?: true;
  /** Asks anew, as the address now says. Only where the address is all that the server is told. */
  renew?(): void;
  /** Ends it at once as far as the events are concerned. */
  close(): void;
}

/** What a link is opened with. */
export interface Opening {
  /** The address as it is now: with where the reader stands, and what is subscribed to. */
  address(): string;
  readonly protocols: string | string[] | undefined;
  /** Longest time a poll may wait for news, ms. */
  readonly patience: number;
  /** For transports that can present a token with the request. */
  token(): Promise<string | undefined>;
}

/**
 * A way to the server. Adapters carry frames; they decide nothing.
 *
 * @throws when no attempt can be made at all; the message says why.
 */
export type Transport = (opening: Opening, events: LinkEvents, env: Env) => Link;
