import { eventStream } from "./event-stream.ts";
import { ANSWER_MS, Failure, httpLink, NOT_SPOKEN } from "./http.ts";
import type { Transport } from "./transport.ts";

/**
 * Server-sent events, by `fetch`: unlike `EventSource` it runs everywhere, can carry a token, and
 * leaves it to the one state machine when to try again.
 */
export const sse: Transport = (opening, events, env) =>
  httpLink("sse", opening, events, env, async (course) => {
    const cancel = course.deadline(ANSWER_MS);
    const response = await course.get(opening.address(), "text/event-stream");
    cancel();
    if (!response.body) throw new Failure(NOT_SPOKEN, "This runtime cannot read a stream");
    course.opened();
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    const read = eventStream(course.frame);
    for (;;) {
      const { done, value } = await reader.read();
      if (done || course.signal.aborted) return;
      if (!read(decoder.decode(value, { stream: true }))) course.heard();
    }
  });
