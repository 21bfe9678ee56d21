import { type Infer, number, object } from "../schema.ts";

/** Server to client, when nothing else was sent for a while. */
export const heartbeat = object({
  /** Unix ms. */
  server_time: number,
  uptime_seconds: number,
});

/** The payload of `heartbeat`. */
export type Heartbeat = Infer<typeof heartbeat>;
