import type { RequestEvent } from "../../event.ts";
import type { HourCost, ModelTotals } from "./totals.ts";

/** Finished requests by when they ended. One that claims to end after it was stored ended then. */
export interface EndedQuery {
  /** Unix ms, inclusive. */
  readonly from: number;
  /** Unix ms, exclusive. */
  readonly to: number;
  readonly limit: number;
  /** Only what comes after this one. */
  readonly after?: EndedPlace | undefined;
}

export interface EndedPlace {
  /** Unix ms. */
  readonly ended: number;
  /** Order of storing. */
  readonly seq: number;
}

export interface EndedRequest extends EndedPlace {
  readonly event: RequestEvent;
}

/** What the live state was made of at a time. */
export interface Standing {
  /** Of finished requests that had ended. */
  readonly totals: readonly ModelTotals[];
  /** Newest finished requests, newest first. */
  readonly recent: readonly RequestEvent[];
  /** Newest failed requests, newest first. */
  readonly failed: readonly RequestEvent[];
  /** Of the last 24 hours, each at its first; and nothing at the very first cost before them. */
  readonly costs: readonly HourCost[];
}

/** Going through the past in the order in which it happened. Errors: `StorageError`. */
export interface Playback {
  /** How things stood at a time (Unix ms), of requests that had ended before it. */
  standing(at: number, recent: number): Promise<Standing>;
  /** Ascending; of what is stored meanwhile, only what lies after a page is in a later one. */
  ended(query: EndedQuery): Promise<readonly EndedRequest[]>;
}
