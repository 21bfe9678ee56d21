import { type Finding, ms, note, ok, skip, warn } from "./finding.ts";
import type { Message } from "./messages.ts";

export interface Deliveries {
  /** Messages that came as server-sent events; undefined when there is no event stream. */
  readonly events: readonly Message[] | undefined;
  /** What the WebSocket brought at the same time. */
  readonly frames: readonly Message[];
  /** `Content-Encoding` of the event stream. */
  readonly encoding: string;
}

const noticeable = 1_000;
const advice =
  "turn off buffering for this path (nginx: proxy_buffering off, or X-Accel-Buffering: no) and compression of text/event-stream";

/** The longest time by which a message came later than the least delayed one, ms. */
function heldBack(messages: readonly Message[]): number {
  const delays = messages.map(({ envelope, at }) => at - envelope.timestamp);
  return delays.length === 0 ? 0 : Math.max(...delays) - Math.min(...delays);
}

/**
 * Whether something on the way gathers server-sent events before it passes them on. The WebSocket,
 * which nobody buffers, is the measure: a sender who is late by himself is late on both.
 */
export function judgeBuffering({ events, frames, encoding }: Deliveries): Finding {
  if (events === undefined) return skip("no event stream");
  const packed = encoding && encoding !== "identity" ? `, ${encoding}` : "";
  if (events.length === 0) {
    return frames.length > 1
      ? warn(`no event, while the WebSocket brought ${frames.length}${packed}`, advice)
      : note("nothing came to tell by");
  }
  if (events.length < 3) return note(`${events.length} events, too few to tell`);
  const late = heldBack(events) - heldBack(frames);
  if (late > noticeable) {
    const lumps = new Set(events.map(({ at }) => Math.floor(at / 100))).size;
    return warn(
      `held back up to ${ms(late)}: ${events.length} events in ${lumps} lumps${packed}`,
      advice,
    );
  }
  return ok(`${events.length} events as they happened`);
}
