import { type Infer, number, object } from "../schema.ts";

/** The answer to a client's `heartbeat`. */
export const pong = object({
  /** The `client_time` asked with, Unix ms. */
  client_time: number,
  /** Unix ms. */
  server_time: number,
});

/** The payload of `pong`. */
export type Pong = Infer<typeof pong>;
