import { countdown, stepInWords } from "../format/duration.ts";
import { money } from "../format/money.ts";
import { share, three } from "../format/number.ts";
import { units } from "../format/unit.ts";
import { type MetricInfo, type Rule, unitNameOf } from "../services/alerts.ts";

const names: Readonly<Record<string, string>> = {
  error_rate: "Error rate",
  avg_latency_ms: "Average latency",
  inter_token_latency_ms: "Time between tokens",
  requests_per_second: "Requests per second",
  tokens_per_second: "Tokens per second",
  in_flight: "Requests in flight",
  window_requests: "Requests in the window",
  streaming_percentage: "Streaming requests",
  active_connections: "Open connections",
  cpu_usage: "CPU",
  memory_usage: "Memory",
  disk_usage: "Disk",
  active_workers: "Workers",
  queue_size: "Queue",
  gpu_usage: "GPU use",
  gpu_memory_usage: "GPU memory",
  gpu_temperature_celsius: "GPU temperature",
  engine_running: "Requests an engine runs",
  engine_waiting: "Requests an engine holds back",
  engine_kv_cache_usage: "KV cache of an engine",
  engine_prefix_cache_hit_rate: "Prefix cache hits of an engine",
  engine_p95_queue_ms: "p95 wait in an engine's queue",
  kv_cache_usage: "KV cache",
  kv_cache_hit_rate: "KV cache hits",
  rate_limit_percentage_used: "Rate limit used",
  cost_day: "Cost of the day",
  projected_monthly_cost: "Projected cost of a month",
  cost: "Cost",
  requests: "Requests",
  errors: "Errors",
  tokens: "Tokens",
};

/** A metric in words: `p95_latency_ms` is "p95 latency". */
export function metricName(metric: string): string {
  const known = names[metric];
  if (known !== undefined) return known;
  const words = metric.replace(/_ms$/, "").replaceAll("_", " ");
  const spelled = words.replace("ttft", "time to first token").replace("avg ", "average ");
  return /^p\d/.test(spelled) ? spelled : spelled.charAt(0).toUpperCase() + spelled.slice(1);
}

/** The unit of a metric as its name tells, for what the list of metrics does not know. */
export function guessUnit(metric: string): MetricInfo["unit"] {
  if (metric.endsWith("_ms")) return "ms";
  if (metric.endsWith("_per_second")) return "per_second";
  if (/error_rate|kv_cache_usage|hit_rate/.test(metric)) return "share";
  if (/percentage|cpu_usage|memory_usage|disk_usage|gpu_usage/.test(metric)) return "percent";
  if (metric.endsWith("_celsius")) return "celsius";
  return metric.includes("cost") ? "dollars" : "count";
}

/** The value of a metric, short. */
export function figureOf(metric: string, value: number): string {
  const unit = guessUnit(metric);
  if (unit === "celsius") return `${three(value)} °C`;
  return `${units[unitNameOf(unit)].short(value)}${unit === "per_second" ? "/s" : ""}`;
}

/** What an alert's value and threshold are, by its kind and metric. */
export function alertFigure(
  { kind, metric }: { readonly kind?: string | undefined; readonly metric?: string | undefined },
  value: number,
): string {
  if (kind === "no_data") {
    return value % 60_000 === 0 ? stepInWords(value) : countdown(value / 1000);
  }
  if (kind === "burn_rate") return `${three(value)}×`;
  if (kind === "budget") return money(value);
  return metric === undefined ? three(value) : figureOf(metric, value);
}

const signs = { ">": "above", ">=": "at or above", "<": "below", "<=": "at or below" } as const;

/** What a rule watches, as a sentence without its name. */
export function ruleInWords(rule: Rule): string {
  const lasting = rule.for > 0 ? ` for ${stepInWords(rule.for)}` : "";
  switch (rule.kind) {
    case "threshold":
      return `${metricName(rule.metric)} ${signs[rule.op]} ${figureOf(rule.metric, rule.value)}${lasting}${ofWhom(rule)}`;
    case "no_data":
      return `No request for ${stepInWords(rule.after)}${lasting}${ofWhom(rule)}`;
    case "burn_rate":
      return `Errors use up the budget of ${share(rule.objective)} too fast: ${rule.windows
        .map(({ factor, long }) => `${factor}× over ${stepInWords(long)}`)
        .join(" or ")}${lasting}${ofWhom(rule)}`;
    case "budget":
      return `${rule.levels.map((level) => `${level}%`).join(", ")} of ${money(rule.amount)} ${periodInWords(rule.period)}${
        rule.by === undefined ? "" : `, ${rule.only ?? `each ${rule.by.replace("_id", "")}`}`
      }`;
    case "anomaly":
      return `${metricName(rule.metric)} ${
        { above: "far above", below: "far below", both: "far from" }[rule.direction]
      } that hour of the past ${rule.weeks} weeks${lasting}${ofWhom(rule)}`;
  }
}

export function periodInWords(period: (Rule & { kind: "budget" })["period"]): string {
  return typeof period === "string" ? `a ${period}` : `every ${stepInWords(period.every)}`;
}

function ofWhom(rule: { readonly model?: string; readonly each: boolean }): string {
  if (rule.model !== undefined) return `, ${rule.model}`;
  return rule.each ? ", for each model on its own" : "";
}
