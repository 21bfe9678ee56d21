import { describeFigure } from "../figure.ts";
import type { Finding, Reader } from "../finding.ts";
import { type Metric, metricOf, type Sample, type Value } from "../metrics.ts";
import { exceeds, type RuleOf } from "../rule.ts";
import { aligned, linesOf, type SeriesSource } from "../series.ts";

type ThresholdRule = RuleOf<"threshold">;

const WORDS = { ">": "above", ">=": "at or above", "<": "below", "<=": "at or below" } as const;

/** What a threshold finds in the figures as they stand. */
export function thresholdFindings(rule: ThresholdRule, sample: Sample): Finding[] {
  const metric = metricOf(rule.metric);
  return chosen(rule, metric, sample).map((value) => judge(rule, metric, value));
}

function chosen(rule: ThresholdRule, metric: Metric, sample: Sample): readonly Value[] {
  const { model } = rule;
  if (model !== undefined) {
    const found = metric.each(sample).find(({ subject }) => subject === model);
    return [found ?? { subject: model, value: undefined }];
  }
  if (rule.each) return metric.each(sample);
  if (metric.whole) return [metric.whole(sample)];
  // Of several, the worst decides.
  let worst: Value = { subject: "", value: undefined };
  for (const one of metric.each(sample)) {
    if (one.value === undefined) continue;
    if (worst.value === undefined || exceeds(one.value, rule.op, worst.value)) {
      worst = { ...one, subject: "" };
    }
  }
  return [worst];
}

function judge(rule: ThresholdRule, metric: Metric, { subject, value, requests }: Value): Finding {
  const { op, value: threshold, recover = threshold } = rule;
  const known = value !== undefined && (requests === undefined || requests >= rule.min_requests);
  const breach = known && exceeds(value, op, threshold);
  const clear = known && !breach && !(recover !== threshold && exceeds(value, op, recover));
  const of = subject === "" ? "" : ` of ${subject}`;
  return {
    subject,
    ...(subject !== "" && metric.of === "model" ? { model: subject } : {}),
    verdict: known ? (breach ? "breach" : clear ? "clear" : "between") : "unknown",
    value: known ? value : undefined,
    threshold,
    say: () =>
      known
        ? `${rule.metric}${of} is ${describeFigure(value, metric.unit)}, ${breach ? WORDS[op] : "back from"} ${describeFigure(threshold, metric.unit)}`
        : `${rule.metric}${of} is not known`,
  };
}

/**
 * The same over the past. A metric of the trailing window is taken once per window; a rate once a
 * minute.
 *
 * @returns null for what the history does not keep.
 */
export async function thresholdHistory(
  rule: ThresholdRule,
  store: SeriesSource,
  from: number,
  to: number,
  windowMs: number,
): Promise<{ readonly reader: Reader; readonly step: number } | null> {
  const metric = metricOf(rule.metric);
  if (metric.history === undefined) return null;
  const step = metric.history.as === "window" ? windowMs : 60_000;
  const range = aligned(from, to, step);
  const query = { ...range, step };
  const lines = await linesOf(store, { ...query, metric: metric.history.metric }, rule);
  const counts = await linesOf(store, { ...query, metric: "requests" }, rule);
  const perStep = metric.history.as === "rate" ? step / 1000 : 1;
  const zeroWhenMissing = metric.history.as === "rate" || metric.history.metric === "requests";
  const reader: Reader = (at) => {
    // What a step holds is known when it is over.
    const start = Math.floor(at / step) * step - step;
    return Array.from(counts, ([subject, requests]) => {
      const value = lines.get(subject)?.get(start) ?? (zeroWhenMissing ? 0 : undefined);
      return judge(rule, metric, {
        subject,
        value: value === undefined ? undefined : value / perStep,
        ...(metric.history?.as === "window" ? { requests: requests.get(start) ?? 0 } : {}),
      });
    });
  };
  return { reader, step };
}
