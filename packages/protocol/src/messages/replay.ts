import { boolean, type Infer, number, object, optional } from "../schema.ts";

/** Where a stream of the past stands. Times are Unix ms. */
export const replay = object({
  /** Where it began. */
  from: number,
  /** Where it ends. */
  to: number,
  /** Seconds of the past per second. */
  speed: number,
  /** The time that is being shown. */
  at: number,
  paused: boolean,
  /** Nothing more comes: only `seek` goes on. */
  ended: optional(boolean),
});

/** Where a stream of the past stands. Times are Unix ms. */
export type Replay = Infer<typeof replay>;
