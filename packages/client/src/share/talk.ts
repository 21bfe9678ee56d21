import type { Init, Snapshot } from "@telltale/protocol";
import type { WakeCause } from "../env.ts";
import type { PlaceMemory } from "../place.ts";
import type { Cursor, LogRecord, Standing } from "./log.ts";

/** What a tab that comes new, or comes too late for the rest, goes on from. */
export interface Base {
  readonly snapshot: Snapshot;
  /** What comes with it is all that led to it. */
  readonly complete: boolean;
  readonly init: Init | undefined;
  readonly place: PlaceMemory;
  /** Sequence of the newest message. */
  readonly last: number | undefined;
}

/** What tabs say to each other. A token is never part of it. */
export type Talk =
  /** The leader of this term has begun, or ended. */
  | { readonly type: "lead" | "bye"; readonly term: string }
  /** Asks the leader to be brought up to date from there; `fresh`: the application asked to connect. */
  | {
      readonly type: "hi";
      readonly nonce: string;
      readonly at: Cursor | undefined;
      readonly fresh: boolean;
    }
  /** The answer: what came after, or everything, with the state it leads to. */
  | {
      readonly type: "welcome";
      readonly nonce: string;
      readonly term: string;
      readonly records: readonly LogRecord[];
      readonly base: Base | undefined;
      readonly standing: Standing;
      readonly open: boolean;
      readonly latency: number | null;
    }
  | { readonly type: "entry"; readonly record: LogRecord }
  /** Are you there? */
  | { readonly type: "ping" }
  | { readonly type: "pong"; readonly term: string }
  /** To the leader: somebody wants a connection, now. */
  | { readonly type: "connect" }
  | { readonly type: "wake"; readonly cause: WakeCause }
  /** To the leader: the wait until then (Unix ms) is over. */
  | { readonly type: "due"; readonly until: number }
  /** To the leader: to be sent. */
  | { readonly type: "send"; readonly from: string; readonly text: string }
  | { readonly type: "refused"; readonly to: string; readonly reason: string };
