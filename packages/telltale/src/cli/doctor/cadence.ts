import { type Finding, fail, ms, note, ok, skip, warn } from "./finding.ts";
import { adviceOf, closingText } from "./first-message.ts";
import type { Closing } from "./socket.ts";

export interface Rhythm {
  /** When frames arrived, Unix ms, in order. */
  readonly arrivals: readonly number[];
  /** ms listened to after the first frame. */
  readonly listened: number;
  /** What the `init` promises, ms; undefined when there was none. */
  readonly heartbeat: number | undefined;
  readonly closing: Closing | undefined;
}

/** Proxies close a connection that is silent for a minute (nginx, AWS: 60 s). */
const proxyPatience = 60_000;
/** What comes closer together than this, ms, was sent in one go. */
const burst = 10;
/** A timer is never exact. */
const tolerance = 1.5;

/** How often something comes, against what was promised and what the way allows. */
export function judgeCadence({ arrivals, listened, heartbeat, closing }: Rhythm): Finding {
  if (arrivals.length === 0) return skip("no message came");
  if (closing) {
    return fail(
      `closed ${closingText(closing)} after ${arrivals.length} frames`,
      adviceOf(closing),
    );
  }
  const gaps = arrivals
    .slice(1)
    .map((at, index) => at - (arrivals[index] ?? at))
    .filter((gap) => gap >= burst);
  const longest = Math.max(0, ...gaps, listened - ((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)));
  const promise = heartbeat === undefined ? "no heartbeat promised" : `heartbeat ${ms(heartbeat)}`;
  if (heartbeat !== undefined && longest > heartbeat * tolerance) {
    return warn(
      `${ms(longest)} of silence, ${promise}`,
      "send a heartbeat when nothing else was sent for that long: clients take silence for a broken line",
    );
  }
  if (heartbeat !== undefined && heartbeat >= proxyPatience) {
    return warn(promise, "promise less than 60 s: proxies close a line that is silent for longer");
  }
  if (longest >= proxyPatience) {
    return warn(
      `${ms(longest)} of silence, ${promise}`,
      "send something every 15 s: proxies close a line that is silent for a minute",
    );
  }
  if (gaps.length < 2) {
    return note(
      `${arrivals.length} in ${ms(listened)}, too few deliveries to tell (--listen 60 listens longer); ${promise}`,
    );
  }
  const sorted = [...gaps].sort((a, b) => a - b);
  const median = sorted[Math.ceil(sorted.length / 2) - 1] ?? 0;
  return ok(
    `${arrivals.length} in ${ms(listened)}: every ${ms(median)} (median), longest ${ms(longest)}; ${promise}`,
  );
}
