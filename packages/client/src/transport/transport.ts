import type { Env } from "../env.ts";

/** What a link tells. After `closed`, or after the link was closed from here, it says nothing. */
export interface LinkEvents {
  opened(): void;
  /** One frame, as it came; text unless the peer is wrong. */
  frame(data: unknown): void;
  /** Code of RFC 6455; 1006 where there was none. */
  closed(code: number, reason: string): void;
}

/** One connection of one transport. */
export interface Link {
  /** False when it could not be handed to the network. */
  send(text: string): boolean;
  /** Ends it at once as far as the events are concerned. */
  close(): void;
}

/** A way to the server. Adapters carry frames; they decide nothing. */
export interface Transport {
  readonly name: string;
  /** @throws when no attempt can be made at all; the message says why. */
  open(url: string, protocols: string | string[] | undefined, events: LinkEvents, env: Env): Link;
}
