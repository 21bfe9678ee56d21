import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { fetchRequests } from "../services/rest.ts";
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

const MINUTE = 60_000;

/**
 * Whether all that came since then, Unix ms, is stored: sums of a shorter time would look like less.
 * Undefined while that is not known.
 */
export function useStoredSince(from: number): boolean | undefined {
  const begin = useRetention().data?.oldest_request;
  const late = typeof begin === "number" && begin > from;
  const minute = Math.floor(from / MINUTE) * MINUTE;
  // What was imported is older than when it was stored.
  const { data: older } = useQuery({
    queryKey: ["stored before", minute],
    queryFn: ({ signal }) => fetchRequests({ to: minute, limit: 1 }, signal),
    enabled: late,
    staleTime: MINUTE,
    retry: false,
  });
  if (typeof begin !== "number") return undefined;
  return late ? older && older.requests.length > 0 : true;
}
