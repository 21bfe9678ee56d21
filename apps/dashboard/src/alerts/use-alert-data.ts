import { type UseQueryResult, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import {
  type Channel,
  type Delivery,
  fetchChannels,
  fetchDeliveries,
  fetchMetrics,
  fetchRules,
  fetchSilences,
  fetchTemplates,
  type MetricInfo,
  type Rule,
  type Silence,
  type Template,
} from "../services/alerts.ts";

// Another browser may change them too.
const REFRESH_MS = 30_000;

export function useRules(): UseQueryResult<{
  readonly rules: readonly Rule[];
  readonly damage: string | null;
}> {
  return useQuery({
    queryKey: ["alerts", "rules"],
    queryFn: ({ signal }) => fetchRules(signal),
    refetchInterval: REFRESH_MS,
  });
}

export function useSilences(): UseQueryResult<readonly Silence[]> {
  return useQuery({
    queryKey: ["alerts", "silences"],
    queryFn: ({ signal }) => fetchSilences(signal),
    refetchInterval: REFRESH_MS,
  });
}

export function useMetricInfo(): UseQueryResult<readonly MetricInfo[]> {
  return useQuery({
    queryKey: ["alerts", "metrics"],
    queryFn: ({ signal }) => fetchMetrics(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useTemplates(): UseQueryResult<readonly Template[]> {
  return useQuery({
    queryKey: ["alerts", "templates"],
    queryFn: ({ signal }) => fetchTemplates(signal),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

export function useChannels(): UseQueryResult<readonly Channel[]> {
  return useQuery({
    queryKey: ["alerts", "channels"],
    queryFn: ({ signal }) => fetchChannels(signal),
    staleTime: REFRESH_MS,
  });
}

export function useDeliveries(): UseQueryResult<readonly Delivery[]> {
  return useQuery({
    queryKey: ["alerts", "deliveries"],
    queryFn: ({ signal }) => fetchDeliveries(signal),
    refetchInterval: 10_000,
  });
}

/** Asks anew for what a change may have touched. */
export function useAlertsChanged(): () => Promise<void> {
  const queries = useQueryClient();
  return useCallback(() => queries.invalidateQueries({ queryKey: ["alerts"] }), [queries]);
}
