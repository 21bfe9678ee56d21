import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { matcher, parseQuery } from "@telltale/protocol/query";
import { useEffect, useMemo, useState } from "react";
import type { RequestUpdate } from "@/services";
import { useLive } from "../services/live.tsx";
import { useBeginning } from "../services/page-clock.ts";
import { fetchRequests } from "../services/rest.ts";
import { join } from "./join-requests.ts";

const PAGE = 100;
// Beyond this the list starts afresh from the newest; what is left out is a page away in history.
const MOST_LIVE = 5_000;

export interface RequestFilter {
  /** In the filter language; what can not be read finds nothing. */
  readonly q: string;
  /** Unix ms: started at or after, and before. */
  readonly from: number | undefined;
  readonly to: number | undefined;
}

export interface RequestPages {
  readonly requests: readonly RequestUpdate[];
  readonly loadOlder: () => void;
  readonly older: "more" | "loading" | "end" | "failed";
  /** Why history could not be read. */
  readonly failure: string | undefined;
}

/**
 * The live tail on top of the stored pages, as one list. A new connection starts it afresh, so that
 * a gap in the stream is never a gap in the list.
 */
export function useRequestPages(filter: RequestFilter): RequestPages {
  const { recentRequests, isConnected } = useLive();
  const [start, setStart] = useState(0);
  const [seen, setSeen] = useState<ReadonlyMap<string, RequestUpdate>>(new Map());
  const [wasConnected, setWasConnected] = useState(isConnected);
  const { beginnings, began } = useBeginning();
  const [wasBegun, setWasBegun] = useState(beginnings);

  if (wasConnected !== isConnected) {
    setWasConnected(isConnected);
    if (isConnected) {
      setSeen(new Map());
      setStart(start + 1);
    }
  }

  if (wasBegun !== beginnings) {
    setWasBegun(beginnings);
    setSeen(new Map());
    setStart(start + 1);
  }

  useEffect(() => {
    setSeen((before) => {
      if (before.size > MOST_LIVE) {
        setStart((now) => now + 1);
        return new Map(recentRequests.map((request) => [request.id, request]));
      }
      const after = new Map(before);
      for (const request of recentRequests) after.set(request.id, request);
      return after;
    });
  }, [recentRequests]);

  const { query } = useMemo(() => parseQuery(filter.q), [filter.q]);
  const passes = useMemo(() => {
    if (!query) return () => false;
    const fits = matcher(query);
    const { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = filter;
    return (request: RequestUpdate) =>
      request.created >= from && request.created < to && fits(request);
  }, [query, filter]);
  const pages = useInfiniteQuery({
    queryKey: ["requests", filter.q, filter.from, filter.to, start, began],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam, signal }) =>
      fetchRequests(
        { ...filter, to: before(filter.to, began), limit: PAGE, cursor: pageParam },
        signal,
      ),
    getNextPageParam: (last) => last.next_cursor ?? undefined,
    // What can not be read finds nothing; the field says what is wrong with it.
    enabled: query !== undefined,
    placeholderData: keepPreviousData,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
  });

  const requests = useMemo(() => {
    const all = pages.data?.pages.flatMap((page) => page.requests) ?? [];
    // What had not ended when the replay began is told by its stream.
    const stored =
      began === null ? all : all.filter((one) => one.created + (one.latency_ms ?? 0) < began);
    return join(stored, [...seen.values()]).filter(passes);
  }, [pages.data, seen, passes, began]);

  const older = pages.isError
    ? "failed"
    : pages.isFetching
      ? "loading"
      : pages.hasNextPage
        ? "more"
        : "end";
  const loadOlder = (): void => {
    if (older === "more") void pages.fetchNextPage();
    if (older === "failed") void (pages.data ? pages.fetchNextPage() : pages.refetch());
  };
  return { requests, loadOlder, older, failure: pages.error?.message };
}

/** The earlier of two ends. */
function before(to: number | undefined, began: number | null): number | undefined {
  return began === null ? to : Math.min(to ?? began, began);
}
