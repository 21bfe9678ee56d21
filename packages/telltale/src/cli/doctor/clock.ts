import { type Finding, fail, ms, ok, skip, warn } from "./finding.ts";
import type { Message } from "./messages.ts";

const second = 1_000;
/** Unix ms has thirteen digits from 2001 to 2286. */
const leastMs = 1e11;
const mostMs = 1e14;

/**
 * The sender's clock against this one. The message that was least delayed tells most: what remains
 * is the skew and the time on the way.
 */
export function judgeClock(messages: readonly Message[]): Finding {
  if (messages.length === 0) return skip("no message came");
  let behind = Number.POSITIVE_INFINITY;
  for (const { envelope, at } of messages) {
    const { timestamp } = envelope;
    if (timestamp < leastMs || timestamp > mostMs) {
      const unit = timestamp < leastMs ? "seconds" : "micro- or nanoseconds";
      return fail(
        `timestamp ${timestamp} is no Unix time in ms, it looks like ${unit}`,
        "send milliseconds (Python: int(time.time() * 1000), Go: time.Now().UnixMilli())",
      );
    }
    behind = Math.min(behind, at - timestamp);
  }
  if (behind > 2 * second) {
    return warn(
      `messages are ${ms(behind)} old on arrival, or the server's clock is behind`,
      "synchronise both clocks (NTP); if they are right, something on the way holds messages back",
    );
  }
  if (behind < -second) {
    return warn(
      `the server's clock is ${ms(-behind)} ahead`,
      "synchronise both clocks (NTP): ages and times on the page are wrong otherwise",
    );
  }
  return ok(`within ${ms(Math.abs(behind))} of this machine`);
}
