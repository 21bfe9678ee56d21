import type { SeriesGroup, SeriesMetric } from "@/services";
import type { UnitName } from "../format/unit.ts";
import { HEATMAP_METRICS, type HeatmapMetric } from "../services/heatmap.ts";
import type { PanelKind } from "./board.ts";

interface MetricInfo {
  readonly name: string;
  readonly unit: UnitName;
  /** Heading in the list to choose from. */
  readonly about: "Traffic" | "Errors" | "Latency" | "First token" | "Tokens" | "Cost";
  /** Which way is the worse one, where there is one. */
  readonly worse?: "more" | "less";
}

const latency = (name: string): MetricInfo => ({
  name,
  unit: "duration",
  about: "Latency",
  worse: "more",
});
const ttft = (name: string): MetricInfo => ({ ...latency(name), about: "First token" });
const tokens = (name: string): MetricInfo => ({ name, unit: "count", about: "Tokens" });

/** Every metric over time, in words. */
export const seriesMetrics: Readonly<Record<SeriesMetric, MetricInfo>> = {
  requests: { name: "Requests", unit: "count", about: "Traffic" },
  requests_per_second: { name: "Requests per second", unit: "rate", about: "Traffic" },
  errors: { name: "Errors", unit: "count", about: "Errors", worse: "more" },
  error_rate: { name: "Error rate", unit: "share", about: "Errors", worse: "more" },
  p50_latency_ms: latency("p50 latency"),
  p75_latency_ms: latency("p75 latency"),
  p90_latency_ms: latency("p90 latency"),
  p95_latency_ms: latency("p95 latency"),
  p99_latency_ms: latency("p99 latency"),
  p999_latency_ms: latency("p99.9 latency"),
  avg_latency_ms: latency("Mean latency"),
  max_latency_ms: latency("Longest latency"),
  inter_token_latency_ms: latency("Time between tokens"),
  p50_ttft_ms: ttft("p50 time to first token"),
  p75_ttft_ms: ttft("p75 time to first token"),
  p90_ttft_ms: ttft("p90 time to first token"),
  p95_ttft_ms: ttft("p95 time to first token"),
  p99_ttft_ms: ttft("p99 time to first token"),
  p999_ttft_ms: ttft("p99.9 time to first token"),
  avg_ttft_ms: ttft("Mean time to first token"),
  tokens: tokens("Tokens"),
  prompt_tokens: tokens("Prompt tokens"),
  completion_tokens: tokens("Completion tokens"),
  cached_tokens: tokens("Cached tokens"),
  reasoning_tokens: tokens("Reasoning tokens"),
  tokens_per_second: { name: "Tokens per second", unit: "rate", about: "Tokens" },
  cost: { name: "Cost", unit: "money", about: "Cost", worse: "more" },
};

/** What can be spread over a heat map, in words. */
export const heatmapMetrics: Readonly<Record<HeatmapMetric, MetricInfo>> = {
  latency_ms: latency("Latency"),
  inter_token_latency_ms: latency("Time between tokens"),
  queue_ms: latency("Wait before work began"),
  ttft_ms: ttft("Time to first token"),
  total_tokens: tokens("Tokens of a request"),
  prompt_tokens: tokens("Prompt tokens of a request"),
  completion_tokens: tokens("Completion tokens of a request"),
  cost: { name: "Cost of a request", unit: "money", about: "Cost" },
};

export function isSeriesMetric(name: string): name is SeriesMetric {
  return Object.hasOwn(seriesMetrics, name);
}

export function isHeatmapMetric(name: string): name is HeatmapMetric {
  return HEATMAP_METRICS.some((each) => each === name);
}

/** What a metric is called and counted in, as that kind of panel shows it. */
export function infoOf(kind: PanelKind, metric: SeriesMetric | HeatmapMetric): MetricInfo {
  if (kind !== "heatmap" && isSeriesMetric(metric)) return seriesMetrics[metric];
  return isHeatmapMetric(metric) ? heatmapMetrics[metric] : heatmapMetrics.latency_ms;
}

export const groupNames: Readonly<Record<SeriesGroup, string>> = {
  model: "Model",
  provider: "Provider",
  status: "Status",
  service: "Service",
  user_id: "User",
  organization_id: "Organisation",
  api_key: "Key",
  endpoint: "Endpoint",
  error_type: "Type of error",
};

export const kindNames: Readonly<Record<PanelKind, string>> = {
  line: "Line",
  bars: "Bars",
  stat: "Figure",
  table: "Table",
  heatmap: "Heat map",
};
