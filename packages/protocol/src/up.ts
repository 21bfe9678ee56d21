import { requestStatus } from "./messages/request-update.ts";
import {
  array,
  boolean,
  type Infer,
  number,
  object,
  optional,
  type Schema,
  string,
} from "./schema.ts";

/** Who the client is and what it can take. Sent once, after an `init` that lists `hello`. */
export const hello = object({
  client: object({ name: string, version: string }),
  /** The client takes a JSON array of envelopes as one frame. */
  batch: optional(boolean),
  resume: optional(object({ epoch: string, position: string })),
});

/** Which requests are sent; all that is given must hold. */
export const requestFilter = object({
  status: optional(array(requestStatus)),
  /** Requests that took at least so long, or have so far, ms. */
  min_latency_ms: optional(number),
  /** Found, whatever the case, in id, model, error, user, endpoint or service. */
  text: optional(string),
  /** A query of docs/query.md. Servers that do not know it send more: filter with `matches` as well. */
  q: optional(string),
});

/**
 * Narrows what this connection receives. Answered by an `init` with the state as far as it is
 * subscribed to.
 */
export const subscribe = object({
  /** Message types; absent: all. `init`, `notice`, `heartbeat` and `pong` always come. */
  types: optional(array(string)),
  /** Models whose updates, requests and errors are sent; absent: all. */
  models: optional(array(string)),
  filter: optional(requestFilter),
  /** Longest wait between latest-value updates, ms. */
  interval_ms: optional(number),
  /** Forget what was subscribed to before instead of adding to it. */
  replace: optional(boolean),
});

/** Asks for a `pong`. */
export const clientHeartbeat = object({
  /** Unix ms. */
  client_time: number,
});

/** Presents a token, after an `init` that lists `auth`. */
export const auth = object({ token: string });

/** Goes to another time of a replay; answered by an `init`. */
export const seek = object({
  /** Unix ms, within the replay. */
  to: number,
});

/** Changes the pace of a replay. */
export const speed = object({
  /** Seconds of the past per second, 0.1 to 3600. */
  speed: number,
});

const nothing = object({});

/** Which requests are sent, in the words of the wire. */
export type RequestFilter = Infer<typeof requestFilter>;
/** The payload of `hello`. */
export type Hello = Infer<typeof hello>;
/** The payload of `subscribe` and `unsubscribe`. */
export type Subscribe = Infer<typeof subscribe>;
/** The payload of a client's `heartbeat`. */
export type ClientHeartbeat = Infer<typeof clientHeartbeat>;
/** The payload of `auth`. */
export type Auth = Infer<typeof auth>;
/** The payload of `seek`. */
export type Seek = Infer<typeof seek>;
/** The payload of `speed`. */
export type Speed = Infer<typeof speed>;

/** Payload by message type, client to server. */
export interface UpMessages {
  hello: Hello;
  subscribe: Subscribe;
  unsubscribe: Subscribe;
  heartbeat: ClientHeartbeat;
  auth: Auth;
  pause: Record<string, never>;
  resume: Record<string, never>;
  seek: Seek;
  speed: Speed;
  step: Record<string, never>;
}

/** The names of what a client may send. */
export type UpType = keyof UpMessages;

/** The schema of each message that a client may send. */
export const upSchemas: ReadonlyMap<string, Schema> = new Map<string, Schema>([
  ["hello", hello],
  ["subscribe", subscribe],
  ["unsubscribe", subscribe],
  ["heartbeat", clientHeartbeat],
  ["auth", auth],
  ["pause", nothing],
  ["resume", nothing],
  ["seek", seek],
  ["speed", speed],
  ["step", nothing],
]);
