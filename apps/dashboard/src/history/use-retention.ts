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
