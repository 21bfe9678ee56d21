import { accepts, subscribe } from "@telltale/protocol";
import { parseQuery } from "@telltale/protocol/query";
import { type ReplayRequest, readReplayRequest } from "./replay/request.ts";
import { StreamRequestError } from "./request-error.ts";
import { type Subscription, subscriptionOf } from "./subscription.ts";

/** What the address of a stream asks for. */
export interface StreamRequest {
  readonly subscription: Subscription;
  /** Position to go on from. */
  readonly since: string | undefined;
  /** How long a poll may wait for news, ms. */
  readonly wait: number;
  /** The past that is asked for; absent: now. */
  readonly replay: ReplayRequest | undefined;
}

const LONGEST_WAIT = 60;
const DEFAULT_WAIT = 25;

type Parameter =
  | "since"
  | "wait"
  | "types"
  | "models"
  | "status"
  | "min_latency"
  | "text"
  | "q"
  | "interval_ms";

/**
 * Reads `?since=&wait=&types=&models=&status=&min_latency=&text=&q=&interval_ms=`; lists are separated
 * by commas; with `from`, {@link readReplayRequest}. Parameters it does not know are left alone: other servers' clients add their own.
 *
 * @throws {StreamRequestError}
 */
export function readStreamRequest(
  query: URLSearchParams,
  lastEventId?: string,
  now: number = Date.now(),
): StreamRequest {
  const text = (name: Parameter): string | undefined => query.get(name) || undefined;
  const list = (name: Parameter): string[] | undefined =>
    text(name)
      ?.split(",")
      .map((part) => part.trim())
      .filter(Boolean);
  const number = (name: Parameter): number | undefined => {
    const given = text(name);
    if (given === undefined) return undefined;
    const value = Number(given);
    if (Number.isFinite(value) && value >= 0) return value;
    throw new StreamRequestError(name, "expected a number from 0 up");
  };
  const message = {
    types: list("types"),
    models: list("models"),
    interval_ms: number("interval_ms"),
    filter: {
      status: list("status"),
      min_latency_ms: number("min_latency"),
      text: text("text"),
      q: text("q"),
    },
  };
  const { error } = parseQuery(text("q") ?? "");
  if (error) {
    const { message: why, ...details } = error;
    throw new StreamRequestError("q", `column ${error.column}: ${why}`, details);
  }
  if (!accepts(subscribe, message)) {
    throw new StreamRequestError("status", "expected success, error or in_progress");
  }
  return {
    subscription: subscriptionOf(message),
    since: text("since") ?? lastEventId,
    wait: Math.min(LONGEST_WAIT, number("wait") ?? DEFAULT_WAIT) * 1000,
    replay: readReplayRequest(query, now),
  };
}
