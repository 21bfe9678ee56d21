import {
  array,
  boolean,
  type Infer,
  number,
  object,
  optional,
  type Schema,
  string,
  unknown,
} from "./schema.ts";

/** Who the client is and what it can take. Sent once, after an `init` that lists `hello`. */
export const hello = object({
  client: object({ name: string, version: string }),
  /** The client takes a JSON array of envelopes as one frame. */
  batch: optional(boolean),
  resume: optional(object({ epoch: string, position: string })),
});

/** Narrows what this connection receives. */
export const subscribe = object({
  types: optional(array(string)),
  models: optional(array(string)),
  filter: optional(unknown),
  /** Longest wait between latest-value updates, ms. */
  interval_ms: optional(number),
  replace: optional(boolean),
});

/** Asks for a `pong`. */
export const clientHeartbeat = object({
  /** Unix ms. */
  client_time: number,
});

export const auth = object({ token: string });

const nothing = object({});

export type Hello = Infer<typeof hello>;
export type Subscribe = Infer<typeof subscribe>;
export type ClientHeartbeat = Infer<typeof clientHeartbeat>;
export type Auth = Infer<typeof auth>;

/** Payload by message type, client to server. */
export interface UpMessages {
  hello: Hello;
  subscribe: Subscribe;
  unsubscribe: Subscribe;
  heartbeat: ClientHeartbeat;
  auth: Auth;
  pause: Record<string, never>;
  resume: Record<string, never>;
}

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
]);
