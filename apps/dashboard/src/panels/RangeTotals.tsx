import { duration } from "../format/duration.ts";
import { count, isKnown } from "../format/number.ts";
import type { UnitName } from "../format/unit.ts";
import { useComparison } from "../history/use-comparison.ts";
import { useStoredSince } from "../history/use-retention.ts";
import { useExactSpan } from "../range/use-span.ts";
import type { Comparison } from "../services/compare.ts";
import { Change } from "./Change.tsx";
import { Stat } from "./Stat.tsx";

/** Metrics that stand below a figure, and how. */
type Details = Readonly<Record<string, (value: number) => string>>;

interface Figure {
  readonly label: string;
  readonly metric: string;
  readonly unit: UnitName;
  /** More of it is worse. */
  readonly bad?: boolean;
  readonly details?: Details;
}

const figures: readonly Figure[] = [
  {
    label: "Requests",
    metric: "requests",
    unit: "count",
    details: { errors: (value) => `${count(value)} failed` },
  },
  {
    label: "Tokens",
    metric: "tokens",
    unit: "count",
    details: {
      prompt_tokens: (value) => `${count(value)} in`,
      completion_tokens: (value) => `${count(value)} out`,
    },
  },
  {
    label: "Avg latency",
    metric: "avg_latency_ms",
    unit: "duration",
    bad: true,
    details: {
      p50_latency_ms: (value) => `p50 ${duration(value)}`,
      p95_latency_ms: (value) => `p95 ${duration(value)}`,
      p99_latency_ms: (value) => `p99 ${duration(value)}`,
    },
  },
  {
    label: "Time to first token, p95",
    metric: "p95_ttft_ms",
    unit: "duration",
    bad: true,
    details: {
      p50_ttft_ms: (value) => `p50 ${duration(value)}`,
      p99_ttft_ms: (value) => `p99 ${duration(value)}`,
    },
  },
  {
    label: "Time between tokens",
    metric: "inter_token_latency_ms",
    unit: "duration",
    bad: true,
  },
  { label: "Error rate", metric: "error_rate", unit: "share", bad: true },
  {
    label: "Prompt tokens from cache",
    metric: "cached_tokens",
    unit: "count",
  },
  { label: "Cost", metric: "cost", unit: "money", bad: true },
];

const asked = figures
  .flatMap(({ metric, details = {} }) => [metric, ...Object.keys(details)])
  .join(",");

/** The service in eight figures over the page's range, each held against the period before. */
export default function RangeTotals() {
  const { from, to } = useExactSpan();
  const before = from - (to - from);
  const { data, error } = useComparison({
    metric: asked,
    from,
    to,
    againstFrom: before,
    againstTo: from,
  });
  const found = (metric: string): Comparison | undefined =>
    data?.comparisons.find((row) => row.metric === metric);
  const whole = useStoredSince(before);
  const unpriced = (found("requests")?.count ?? 0) - (found("cost")?.count ?? 0);
  const reason = error
    ? `History did not answer. ${error.message}`
    : data
      ? "No request of this range tells it"
      : "Asking history";
  return (
    <dl className="panel grid grid-cols-2 gap-px overflow-hidden bg-line lg:grid-cols-4">
      {figures.map(({ label, metric, unit, bad, details = {} }) => {
        const { value, against_value: then } = found(metric) ?? {};
        const told = [
          ...Object.entries(details).map(([name, inWords]) => {
            const detail = found(name)?.value;
            return isKnown(detail) && inWords(detail);
          }),
          metric === "cost" && unpriced > 0 && `without ${count(unpriced)} of unknown cost`,
        ].filter(Boolean);
        return (
          <Stat key={metric} label={label} value={value} unit={unit} reason={reason}>
            {whole && isKnown(then) && then !== 0 && (
              <span className="mr-2">
                <Change now={value} before={then} {...(bad && { worse: "more" })} />
              </span>
            )}
            {told.join(" · ") || "\u00a0"}
          </Stat>
        );
      })}
    </dl>
  );
}
