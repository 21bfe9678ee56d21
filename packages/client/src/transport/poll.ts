import { withParameters } from "../parameters.ts";
import { ANSWER_MS, httpLink } from "./http.ts";
import type { Transport } from "./transport.ts";

/** Longest wait that is asked for, s. */
const MOST_WAIT = 25;
/** Between requests while there is news: what comes meanwhile travels together. */
const BUSY_MS = 100;
/** Between requests to a server that does not wait until there is any. */
const IDLE_MS = 1_000;

/** Long polls: each request is answered as soon as there is news, or empty after a while. */
export const poll: Transport = (opening, events, env) =>
  httpLink("poll", opening, events, env, async (course) => {
    // The first is answered at once, so that the link is known to work.
    let wait = 0;
    for (;;) {
      const address = withParameters(opening.address(), { wait });
      const asked = env.now();
      const cancel = course.deadline(wait * 1_000 + ANSWER_MS);
      const text = await (await course.get(address, "application/json")).text();
      cancel();
      course.opened();
      const news = !/^\s*\[\s*\]\s*$/.test(text);
      if (news) course.frame(text);
      else course.heard();
      if (course.signal.aborted) return;
      const follows = news && /[?&]since=/.test(opening.address());
      const early = asked + (follows ? BUSY_MS : IDLE_MS) - env.now();
      if (early > 0 && (wait > 0 || news)) await course.pause(early);
      wait = Math.max(1, Math.min(MOST_WAIT, Math.floor(opening.patience / 1_000)));
    }
  });
