"use client";

import type { Cancel } from "@telltale/client";
import { useCallback, useContext, useEffect, useState } from "react";
import { StreamUrlContext, useWebSocket } from "../context.ts";
import { seriesQuery } from "../history/address.ts";
import type { History, HistoryOptions } from "../history/options.ts";

type Known = Omit<History, "isLoading" | "refetch">;
type Answer = Known & { readonly question: string; readonly subject: string };
const nothing: Known = { series: [], stepMs: null, error: null };

/** A metric over time, from the server's history (`GET /api/v1/series`). Asks after mounting. */
export function useHistory(options: HistoryOptions): History {
  const { baseUrl, refreshInterval } = options;
  const { env } = useWebSocket();
  const streamUrl = useContext(StreamUrlContext);
  const query = seriesQuery(options);
  // An answer about another range is better than none while the range moves on.
  const subject = `${baseUrl ?? streamUrl} ${seriesQuery({ ...options, from: undefined, to: undefined })}`;
  const question = `${subject} ${query}`;
  const [answer, setAnswer] = useState<Answer | null>(null);
  const [asked, setAsked] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: `asked` asks again
  useEffect(() => {
    const stop = new AbortController();
    let cancel: Cancel | undefined;
    async function ask(): Promise<void> {
      let change: Partial<Known>;
      try {
        // Many pages draw no history: what asks for one is loaded with the first.
        const { apiBase, fetchSeries } = await import("../history/series.ts");
        const base = baseUrl?.replace(/\/$/, "") ?? apiBase(streamUrl, env.base());
        const url = `${base}/api/v1/series?${query}`;
        change = { ...(await fetchSeries(url, stop.signal, env.fetch())), error: null };
      } catch (cause) {
        change = { error: cause instanceof Error ? cause : new Error(String(cause)) };
      }
      if (stop.signal.aborted) return;
      setAnswer((last) => {
        const before = last?.subject === subject ? last : nothing;
        return { ...before, ...change, question, subject };
      });
      if (refreshInterval) cancel = env.after(Math.max(1_000, refreshInterval), () => void ask());
    }
    void ask();
    return () => {
      stop.abort();
      cancel?.();
    };
  }, [env, baseUrl, streamUrl, query, question, subject, refreshInterval, asked]);

  const refetch = useCallback(() => {
    setAnswer((last) => (last?.stepMs === null ? null : last));
    setAsked((times) => times + 1);
  }, []);
  const { series, stepMs, error } = answer?.subject === subject ? answer : nothing;
  return { series, stepMs, error, isLoading: answer?.question !== question, refetch };
}
