import type { MetricsUpdate, ModelUpdate } from "@telltale/protocol";

export interface ExpositionSources {
  readonly metrics: MetricsUpdate;
  readonly models: readonly ModelUpdate[];
  readonly queuedEvents: number;
  readonly uptimeSeconds: number;
}

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [Labels, number | undefined];

/**
 * The state in the Prometheus text format 0.0.4
 * (https://prometheus.io/docs/instrumenting/exposition_formats/).
 */
export function exposition({
  metrics,
  models,
  queuedEvents,
  uptimeSeconds,
}: ExpositionSources): string {
  const byModel = (pick: (model: ModelUpdate) => number | undefined): Sample[] =>
    models.map((model) => [{ model: model.model, provider: model.provider ?? "" }, pick(model)]);
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
    family("telltale_tokens_total", "counter", "Tokens of requests whose usage is known", [
      ...models.map((m): Sample => [labelsOf(m, "input"), m.total_prompt_tokens]),
      ...models.map((m): Sample => [labelsOf(m, "output"), m.total_completion_tokens]),
    ]),
    family(
      "telltale_cost_dollars_total",
      "counter",
      "US dollars spent, where known",
      byModel((m) => m.total_cost),
    ),
    family(
      "telltale_in_flight_requests",
      "gauge",
      "Requests running now",
      byModel((m) => m.in_flight),
    ),
    family("telltale_latency_ms", "gauge", "Latency quantiles over the trailing window", [
      ...quantile(models, "0.5", (m) => m.p50_latency_ms),
      ...quantile(models, "0.95", (m) => m.p95_latency_ms),
      ...quantile(models, "0.99", (m) => m.p99_latency_ms),
    ]),
    family("telltale_ttft_ms", "gauge", "Time to first token quantiles over the trailing window", [
      ...quantile(models, "0.5", (m) => m.p50_ttft_ms),
      ...quantile(models, "0.95", (m) => m.p95_ttft_ms),
      ...quantile(models, "0.99", (m) => m.p99_ttft_ms),
    ]),
    family("telltale_requests_per_second", "gauge", "Finished requests, last ten seconds", [
      [{}, metrics.requests_per_second],
    ]),
    family(
      "telltale_unknown_usage_requests_total",
      "counter",
      "Finished requests without known usage",
      [[{}, metrics.unknown_usage_requests]],
    ),
    family("telltale_stream_connections", "gauge", "Open streams", [
      [{}, metrics.active_connections],
    ]),
    family("telltale_queued_events", "gauge", "Events that wait to be stored", [
      [{}, queuedEvents],
    ]),
    family("telltale_uptime_seconds", "gauge", "Time since the server started", [
      [{}, uptimeSeconds],
    ]),
  ].join("");
}

export const EXPOSITION_TYPE = "text/plain; version=0.0.4; charset=utf-8";

function labelsOf(model: ModelUpdate, type: string): Labels {
  return { model: model.model, provider: model.provider ?? "", type };
}

function quantile(
  models: readonly ModelUpdate[],
  q: string,
  pick: (model: ModelUpdate) => number | undefined,
): Sample[] {
  return models.map((m) => [{ model: m.model, provider: m.provider ?? "", quantile: q }, pick(m)]);
}

function family(name: string, type: string, help: string, samples: readonly Sample[]): string {
  let text = `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n`;
  for (const [labels, value] of samples) {
    if (value !== undefined) text += `${name}${format(labels)} ${value}\n`;
  }
  return text;
}

function format(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return pairs.length > 0 ? `{${pairs.join(",")}}` : "";
}

function escapeLabel(value: string): string {
  return value.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n");
}
