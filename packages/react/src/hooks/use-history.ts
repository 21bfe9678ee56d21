"use client";

import { useCallback, useContext, useEffect, useState } from "react";
import { StreamUrlContext, useWebSocket } from "../context.ts";
import type { History, HistoryOptions } from "../history/options.ts";
import { useLatest } from "../latest.ts";

type Known = Pick<History, "series" | "stepMs" | "error">;
type Answer = Known & { readonly question: string; readonly subject: string };
const nothing: Known = { series: [], stepMs: null, error: null };

/** Whole seconds, the server's finest step, so that a `Date.now()` in a render is not always new. */
function second(time: HistoryOptions["from"]): unknown {
  return time && typeof time !== "string" ? Math.floor(Number(time) / 1_000) : time;
}

/** A metric over time, from the server's history (`GET /api/v1/series`). Asks after mounting. */
export function useHistory(options: HistoryOptions): History {
  const { metric, step, groupBy, from, to, baseUrl, refreshInterval } = options;
  const { env } = useWebSocket();
  const streamUrl = useContext(StreamUrlContext);
  const latest = useLatest(options);
  // An answer about another range is better than none while the range moves on.
  const subject = JSON.stringify([baseUrl ?? streamUrl, metric, step, groupBy]);
  const question = JSON.stringify([subject, second(from), second(to)]);
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [asked, setAsked] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` asks again
  useEffect(() => {
    const stop = new AbortController();
    const show = (change: Partial<Known>): void =>
      setAnswer((last) => {
        const before = last?.subject === subject ? last : nothing;
        return { ...before, ...change, question, subject };
      });
    // Many pages draw no history: what asks for one is loaded with the first.
    import("../history/follow.ts")
      .then(({ follow }) => follow(latest.current, streamUrl, env, stop.signal, show))
      .catch((error: Error) => show({ error }));
    return () => stop.abort();
  }, [env, latest, streamUrl, question, subject, refreshInterval, asked]);

  const refetch = useCallback(() => {
    setAnswer((last) => (last?.stepMs === null ? null : last));
    setAsked((times) => times + 1);
  }, []);
  const { series, stepMs, error } = answer?.subject === subject ? answer : nothing;
  return { series, stepMs, error, isLoading: answer?.question !== question, refetch };
}
