import type {
  CostUpdate,
  KvCacheUpdate,
  MetricsUpdate,
  ModelUpdate,
  RateLimitUpdate,
  SeriesMetric,
  SystemUpdate,
} from "@telltale/protocol";

/** The figures as they stand. */
export interface Sample {
  readonly metrics: MetricsUpdate;
  readonly models: ReadonlyMap<string, ModelUpdate>;
  readonly system: SystemUpdate | null;
  readonly rateLimits: ReadonlyMap<string, RateLimitUpdate>;
  readonly kvCache: KvCacheUpdate | null;
  readonly costs: CostUpdate | null;
}

export type Unit = "ms" | "share" | "percent" | "per_second" | "dollars" | "celsius" | "count";

/** One value of a metric, and of what it is. */
export interface Value {
  /** A model, endpoint, GPU or engine; empty for the whole. */
  readonly subject: string;
  /** `undefined` where it is not known. */
  readonly value: number | undefined;
  /** Requests it is taken over, for averages of the window. */
  readonly requests?: number | undefined;
}

export interface Metric {
  readonly unit: Unit;
  /** What there is one of for each; null when there is one value only. */
  readonly of: "model" | "endpoint" | "gpu" | "engine" | null;
  /** The value of the whole, where it is one of its own. Else the worst of `each` stands for it. */
  readonly whole?: (sample: Sample) => Value;
  readonly each: (sample: Sample) => readonly Value[];
  /** What the history keeps of it; absent: nothing. */
  readonly history?: {
    readonly metric: SeriesMetric;
    /** Taken over the trailing window, or a rate per second. */
    readonly as: "window" | "rate";
  };
}

/** What the service as a whole and a model have in common. */
type Figures = Pick<
  MetricsUpdate & ModelUpdate,
  | "avg_latency_ms"
  | "error_rate"
  | "tokens_per_second"
  | "requests_per_second"
  | "p50_latency_ms"
  | "p95_latency_ms"
  | "p99_latency_ms"
  | "p50_ttft_ms"
  | "p95_ttft_ms"
  | "p99_ttft_ms"
  | "inter_token_latency_ms"
  | "in_flight"
  | "window_requests"
>;
type LooseFigures = { readonly [K in keyof Figures]?: number | undefined };

function ofRequests(
  unit: Unit,
  pick: (figures: LooseFigures) => number | undefined,
  windowed: boolean,
  history?: Metric["history"],
): Metric {
  const value = (subject: string, figures: LooseFigures): Value => {
    const requests = figures.window_requests;
    // An average over nothing is shown as 0 on the wire, and is not known.
    if (windowed) return { subject, value: requests === 0 ? undefined : pick(figures), requests };
    return { subject, value: pick(figures) };
  };
  return {
    unit,
    of: "model",
    whole: ({ metrics }) => value("", metrics),
    each: ({ models }) => Array.from(models, ([name, figures]) => value(name, figures)),
    ...(history ? { history } : {}),
  };
}

function windowed(unit: Unit, name: keyof Figures, metric: SeriesMetric): Metric {
  const history = { metric, as: "window" } as const;
  return ofRequests(unit, (figures) => figures[name], true, history);
}

function rate(name: keyof Figures, metric: SeriesMetric): Metric {
  return ofRequests("per_second", (figures) => figures[name], false, { metric, as: "rate" });
}

function single(unit: Unit, pick: (sample: Sample) => number | undefined): Metric {
  const whole = (sample: Sample): Value => ({ subject: "", value: pick(sample) });
  return { unit, of: null, whole, each: (sample) => [whole(sample)] };
}

function ofEngines(
  unit: Unit,
  name: "running" | "waiting" | "kv_cache_usage" | "prefix_cache_hit_rate" | "p95_queue_ms",
): Metric {
  return {
    unit,
    of: "engine",
    each: ({ system }) =>
      (system?.engines ?? []).map((engine) => ({ subject: engine.name, value: engine[name] })),
  };
}

function ofGpus(unit: Unit, name: "usage" | "memory_usage" | "temperature_celsius"): Metric {
  return {
    unit,
    of: "gpu",
    each: ({ system }) =>
      (system?.gpus ?? []).map((gpu) => ({
        subject: `GPU ${gpu.index}`,
        value: gpu.unknown?.includes(name) ? undefined : gpu[name],
      })),
  };
}

/** What a threshold can watch; the definitions are those of PROTOCOL.md. */
export const METRICS = {
  error_rate: windowed("share", "error_rate", "error_rate"),
  avg_latency_ms: windowed("ms", "avg_latency_ms", "avg_latency_ms"),
  p50_latency_ms: windowed("ms", "p50_latency_ms", "p50_latency_ms"),
  p95_latency_ms: windowed("ms", "p95_latency_ms", "p95_latency_ms"),
  p99_latency_ms: windowed("ms", "p99_latency_ms", "p99_latency_ms"),
  p50_ttft_ms: windowed("ms", "p50_ttft_ms", "p50_ttft_ms"),
  p95_ttft_ms: windowed("ms", "p95_ttft_ms", "p95_ttft_ms"),
  p99_ttft_ms: windowed("ms", "p99_ttft_ms", "p99_ttft_ms"),
  inter_token_latency_ms: windowed("ms", "inter_token_latency_ms", "inter_token_latency_ms"),
  requests_per_second: rate("requests_per_second", "requests"),
  tokens_per_second: rate("tokens_per_second", "tokens"),
  in_flight: ofRequests("count", ({ in_flight }) => in_flight, false),
  window_requests: ofRequests("count", ({ window_requests }) => window_requests, false, {
    metric: "requests",
    as: "window",
  }),
  streaming_percentage: single("percent", ({ metrics }) =>
    metrics.window_requests === 0 ? undefined : metrics.streaming_percentage,
  ),
  active_connections: single("count", ({ metrics }) => metrics.active_connections),
  cpu_usage: single("percent", ({ system }) => system?.cpu_usage),
  memory_usage: single("percent", ({ system }) => system?.memory_usage),
  disk_usage: single("percent", ({ system }) => system?.disk_usage),
  active_workers: single("count", ({ system }) => system?.active_workers),
  queue_size: single("count", ({ system }) => system?.queue_size),
  gpu_usage: ofGpus("percent", "usage"),
  gpu_memory_usage: ofGpus("percent", "memory_usage"),
  gpu_temperature_celsius: ofGpus("celsius", "temperature_celsius"),
  engine_running: ofEngines("count", "running"),
  engine_waiting: ofEngines("count", "waiting"),
  engine_kv_cache_usage: ofEngines("share", "kv_cache_usage"),
  engine_prefix_cache_hit_rate: ofEngines("share", "prefix_cache_hit_rate"),
  engine_p95_queue_ms: ofEngines("ms", "p95_queue_ms"),
  kv_cache_usage: single("share", ({ kvCache }) => kvCache?.usage),
  kv_cache_hit_rate: single("share", ({ kvCache }) =>
    kvCache?.unknown?.includes("hit_rate") ? undefined : kvCache?.hit_rate,
  ),
  rate_limit_percentage_used: {
    unit: "percent",
    of: "endpoint",
    each: ({ rateLimits }) =>
      Array.from(rateLimits, ([subject, limit]) => ({ subject, value: limit.percentage_used })),
  },
  cost_day: single("dollars", ({ costs }) => costs?.total_cost),
  projected_monthly_cost: single("dollars", ({ costs }) => costs?.projected_monthly_cost),
} as const satisfies Readonly<Record<string, Metric>>;

export type MetricName = keyof typeof METRICS;

function isMetricName(name: string): name is MetricName {
  return Object.hasOwn(METRICS, name);
}

export const metricNames: readonly MetricName[] = Object.keys(METRICS).filter(isMetricName);

export function metricOf(name: MetricName): Metric {
  return METRICS[name];
}
