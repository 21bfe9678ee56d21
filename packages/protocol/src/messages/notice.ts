import { type Infer, number, object, optional, string } from "../schema.ts";
import { replay } from "./replay.ts";

/**
 * What the server did to this client. Known codes: `conflated` (`count` updates merged or left
 * out), `gap` (`from`, `to`, `reason`), `bad_message` (`path`), `going_away` (`after_ms`,
 * `spread_ms`), `replay` and `replay_ended` (`replay`). Unknown codes are to be shown, not refused.
 */
export const notice = object({
  code: string,
  message: string,
  count: optional(number),
  from: optional(string),
  to: optional(string),
  reason: optional(string),
  path: optional(string),
  after_ms: optional(number),
  spread_ms: optional(number),
  replay: optional(replay),
});

/** The payload of `notice`: what the server did to this client. */
export type Notice = Infer<typeof notice>;
