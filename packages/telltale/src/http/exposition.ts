import type { ModelUpdate, Snapshot } from "@telltale/protocol";
import { OTHER, type RequestCounters } from "../live/request-counters.ts";
import { cacheFamilies, limitFamilies, systemFamilies } from "./exposition-engines.ts";
import { family, histogram, type Labels, type Sample } from "./exposition-text.ts";

export interface ExpositionSources {
  readonly snapshot: Pick<Snapshot, "metrics" | "models" | "system" | "kv_cache" | "rate_limits">;
  readonly counters: RequestCounters;
  readonly queuedEvents: number;
  readonly uptimeSeconds: number;
  /** Bytes that the history takes on disk; null where it can not be told. */
  readonly historyBytes: number | null;
  readonly version: string;
}

/** Models with series of their own; the rest are added up as `other`. */
const MOST_MODELS = 200;

/**
 * All that is known, in the Prometheus text format 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/). Names are in docs/engines.md.
 */
export function exposition(sources: ExpositionSources): string {
  const { metrics, system, kv_cache, rate_limits } = sources.snapshot;
  return [
    family("telltale_build_info", "gauge", "Version of the server", [
      [{ version: sources.version }, 1],
    ]),
    family("telltale_uptime_seconds", "gauge", "Time since the server started", [
      [{}, sources.uptimeSeconds],
    ]),
    requestFamilies(sources),
    family("telltale_requests_per_second", "gauge", "Finished requests, last ten seconds", [
      [{}, metrics?.requests_per_second],
    ]),
    family("telltale_tokens_per_second", "gauge", "Tokens of requests finished, last ten seconds", [
      [{}, metrics?.tokens_per_second],
    ]),
    family("telltale_stream_connections", "gauge", "Open streams", [
      [{}, metrics?.active_connections],
    ]),
    family("telltale_queued_events", "gauge", "Events that wait to be stored", [
      [{}, sources.queuedEvents],
    ]),
    family("telltale_history_bytes", "gauge", "Bytes that the history takes on disk", [
      [{}, sources.historyBytes],
    ]),
    systemFamilies(system),
    cacheFamilies(kv_cache),
    limitFamilies(rate_limits),
  ].join("");
}

function requestFamilies({ snapshot, counters }: ExpositionSources): string {
  const models = snapshot.models.slice(0, MOST_MODELS);
  const rest = snapshot.models.slice(MOST_MODELS);
  const byModel = (pick: (model: ModelUpdate) => number | undefined, more?: Labels): Sample[] => {
    // What has only begun may not have its provider yet: as a counter it would change its name.
    const known = models.filter((m) => m.request_count > 0);
    const samples = known.map((m): Sample => [{ ...labelsOf(m), ...more }, pick(m)]);
    if (rest.length === 0) return samples;
    const sum = rest.reduce((all, model) => all + (pick(model) ?? 0), 0);
    return [...samples, [{ model: OTHER, provider: "", ...more }, sum]];
  };
  return [
    family(
      "telltale_requests_total",
      "counter",
      "Finished requests",
      byModel((m) => m.request_count),
    ),
    family(
      "telltale_errors_total",
      "counter",
      "Failed requests",
      byModel((m) => m.error_count),
    ),
    family(
      "telltale_errors_by_type_total",
      "counter",
      "Failed requests by type of error, since the server started",
      Array.from(counters.errors, ([type, count]) => [{ type }, count]),
    ),
    family(
      "telltale_door_requests_total",
      "counter",
      "Finished requests by the door they came in by, since the server started",
      Array.from(counters.doors, ([door, count]) => [{ door }, count]),
    ),
    family("telltale_tokens_total", "counter", "Tokens of requests whose usage is known", [
      ...byModel((m) => m.total_prompt_tokens, { type: "input" }),
      ...byModel((m) => m.total_completion_tokens, { type: "output" }),
    ]),
    family(
      "telltale_cached_tokens_total",
      "counter",
      "Input tokens that came from the provider's cache, part of those",
      byModel((m) => m.total_cached_tokens),
    ),
    family(
      "telltale_reasoning_tokens_total",
      "counter",
      "Output tokens spent on reasoning, part of those",
      byModel((m) => m.total_reasoning_tokens),
    ),
    family(
      "telltale_cost_dollars_total",
      "counter",
      "US dollars spent, where known",
      byModel((m) => m.total_cost),
    ),
    family(
      "telltale_unknown_usage_requests_total",
      "counter",
      "Finished requests without known usage",
      byModel((m) => m.unknown_usage_requests),
    ),
    family(
      "telltale_unknown_cost_requests_total",
      "counter",
      "Finished requests without known cost",
      byModel((m) => m.unknown_cost_requests),
    ),
    family(
      "telltale_in_flight_requests",
      "gauge",
      "Requests running now",
      snapshot.models
        .slice(0, MOST_MODELS)
        .filter((m) => m.request_count > 0 || (m.in_flight ?? 0) > 0)
        .map((m) => [labelsOf(m), m.in_flight]),
    ),
    histogram(
      "telltale_request_duration_seconds",
      "Request to last byte, since the server started",
      Array.from(counters.durations, ([model, counted]) => [{ model }, counted]),
    ),
    histogram(
      "telltale_time_to_first_token_seconds",
      "Request to first token, since the server started",
      Array.from(counters.firstTokens, ([model, counted]) => [{ model }, counted]),
    ),
    family(
      "telltale_window_request_duration_seconds",
      "summary",
      "Request to last byte over the trailing window, within 1%",
      models.flatMap((m) => quantiles(m, m.p50_latency_ms, m.p95_latency_ms, m.p99_latency_ms)),
    ),
    family(
      "telltale_window_time_to_first_token_seconds",
      "summary",
      "Request to first token over the trailing window, within 1%",
      models.flatMap((m) => quantiles(m, m.p50_ttft_ms, m.p95_ttft_ms, m.p99_ttft_ms)),
    ),
  ].join("");
}

function labelsOf({ model, provider = "" }: ModelUpdate): Labels {
  return { model, provider };
}

function quantiles(
  model: ModelUpdate,
  p50: number | undefined,
  p95: number | undefined,
  p99: number | undefined,
): Sample[] {
  const given = [
    ["0.5", p50],
    ["0.95", p95],
    ["0.99", p99],
  ] as const;
  return given.map(([quantile, ms]) => [
    { ...labelsOf(model), quantile },
    ms === undefined ? undefined : ms / 1000,
  ]);
}
