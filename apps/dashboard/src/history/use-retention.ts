import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { fetchRetention, type Retention } from "../services/retention.ts";

/** What the server keeps, and since when it has something; null of one that does not tell. */
export function useRetention(): UseQueryResult<Retention | null> {
  return useQuery({
    queryKey: ["retention"],
    queryFn: ({ signal }) => fetchRetention(signal),
    refetchInterval: 60_000,
    retry: false,
  });
}

/** Whether all that came since then, Unix ms, is stored: sums of a shorter time would look like less. */
export function useStoredSince(from: number): boolean {
  const begin = useRetention().data?.oldest_request;
  return typeof begin === "number" && begin <= from;
}
