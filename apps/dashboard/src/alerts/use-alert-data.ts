import { type UseQueryResult, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useMemo } from "react";
import {
  type Channel,
  type Delivery,
  fetchAlerts,
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

// The stream tells of an alert's beginning and end, not of every figure between them.
const FIGURES_MS = 5_000;

/** What is measured now, by the id of an alert. */
export function useCurrentValues(wanted: boolean): ReadonlyMap<string, number> {
  const { data } = useQuery({
    queryKey: ["alerts", "now"],
    queryFn: ({ signal }) => fetchAlerts(signal),
    enabled: wanted,
    refetchInterval: FIGURES_MS,
  });
  return useMemo(
    () =>
      new Map(
        (data ?? []).flatMap(({ id, current_value: value }) =>
          value === undefined ? [] : [[id, value] as const],
        ),
      ),
    [data],
  );
}

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
