import { type Finding, fail, note, ok, skip } from "./finding.ts";
import type { Message } from "./messages.ts";

/** Whether numbered messages count by one; an `init` begins a new count. */
export function judgeSequence(messages: readonly Message[]): Finding {
  let last: number | undefined;
  let numbered = 0;
  let missing = 0;
  let repeated = 0;
  let where = "";
  for (const { envelope } of messages) {
    const { type, sequence } = envelope;
    if (type === "init") last = undefined;
    if (sequence === undefined) continue;
    numbered++;
    if (last !== undefined && sequence <= last) {
      repeated++;
      where ||= `${sequence} after ${last}`;
      continue;
    }
    if (last !== undefined && sequence > last + 1) {
      missing += sequence - last - 1;
      where ||= `${sequence} after ${last}`;
    }
    last = sequence;
  }
  if (messages.length === 0) return skip("no message came");
  if (numbered === 0) return note("messages are not numbered: a loss would not show");
  if (repeated > 0) {
    return fail(
      `${repeated} of ${numbered} go back or repeat (${where}): they are dropped`,
      "count up by one per connection; after a new count, begin with an init",
    );
  }
  if (missing > 0) {
    return fail(
      `${missing} missing among ${numbered} (${where})`,
      "number what is sent on this connection, one by one; a shared counter leaves gaps that look like loss",
    );
  }
  return ok(`${numbered} in order`);
}
