import { describeFigure, SUMS, unitOf } from "../figure.ts";
import type { Finding, Reader } from "../finding.ts";
import type { RuleOf } from "../rule.ts";
import { aligned, type Line, linesOf, type SeriesSource } from "../series.ts";

type AnomalyRule = RuleOf<"anomaly">;

const HOUR = 3_600_000;
const WEEK = 7 * 24 * HOUR;
/** A median absolute deviation times this is a standard deviation where values are normal. */
const MAD_TO_SIGMA = 1.4826;
/** Least deviation, as a share of the median: a flat past must not make every ripple an alarm. */
const LEAST_SIGMA = 0.01;

/**
 * The last whole step against the steps of the same hour (30 min to either side) of past weeks:
 * beyond `k` deviations from their median it is not usual. Median and median absolute deviation, so
 * that one bad week does not make the next one look good.
 */
export async function anomalyHistory(
  rule: AnomalyRule,
  store: SeriesSource,
  from: number,
  to: number,
): Promise<{ readonly reader: Reader; readonly step: number }> {
  const { metric, step } = rule;
  const past: Map<string, Line>[] = [];
  const whole = (start: number, end: number): Promise<Map<string, Line>> =>
    linesOf(store, { ...aligned(start, end, step), step, metric }, rule);
  const now = await whole(from - step, to);
  for (let week = 1; week <= rule.weeks; week++) {
    const back = week * WEEK;
    past.push(await whole(from - back - step - HOUR / 2, to - back + HOUR / 2));
  }
  const reader: Reader = (at) => {
    const start = Math.floor(at / step) * step - step;
    return Array.from(subjects(now, past), (subject) => {
      const value = now.get(subject)?.get(start) ?? (SUMS.has(metric) ? 0 : undefined);
      const samples = past.flatMap((lines, index) =>
        hourOf(lines.get(subject), start - (index + 1) * WEEK, rule),
      );
      return judge(rule, subject, value, samples);
    });
  };
  return { reader, step };
}

function subjects(now: Map<string, Line>, past: readonly Map<string, Line>[]): Set<string> {
  return new Set([now, ...past].flatMap((lines) => [...lines.keys()]));
}

/** The steps of one past hour. An hour without any was not recorded; it is not an hour of zeros. */
function hourOf(line: Line | undefined, middle: number, { metric, step }: AnomalyRule): number[] {
  const values: number[] = [];
  let seen = false;
  for (let at = middle - HOUR / 2; at < middle + HOUR / 2; at += step) {
    const value = line?.get(Math.floor(at / step) * step);
    if (value !== undefined) seen = true;
    if (value !== undefined || SUMS.has(metric)) values.push(value ?? 0);
  }
  return seen ? values : [];
}

function judge(
  rule: AnomalyRule,
  subject: string,
  value: number | undefined,
  samples: readonly number[],
): Finding {
  const { metric, k, direction } = rule;
  const of = subject === "" ? "" : ` of ${subject}`;
  const about = { subject, ...(subject === "" ? {} : { model: subject }) };
  if (samples.length < rule.min_samples) {
    return {
      ...about,
      verdict: "unknown",
      value,
      say: () =>
        `Not enough history to judge ${metric}${of}: ${samples.length} of ${rule.min_samples} steps in the same hour of past weeks`,
    };
  }
  if (value === undefined) {
    return { ...about, verdict: "unknown", say: () => `${metric}${of} is not known` };
  }
  const middle = median(samples);
  const mad = median(samples.map((sample) => Math.abs(sample - middle)));
  const sigma = Math.max(mad * MAD_TO_SIGMA, Math.abs(middle) * LEAST_SIGMA, Number.EPSILON);
  const high = middle + k * sigma;
  const low = middle - k * sigma;
  const breach = (direction !== "below" && value > high) || (direction !== "above" && value < low);
  const limit = value > middle ? high : low;
  const unit = unitOf(metric);
  return {
    ...about,
    verdict: breach ? "breach" : "clear",
    value,
    threshold: limit,
    say: () =>
      `${metric}${of} is ${describeFigure(value, unit)}; at this hour of past weeks it was about ${describeFigure(middle, unit)}${breach ? `, ${(Math.abs(value - middle) / sigma).toFixed(1)} deviations away` : ""}`,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length / 2;
  const upper = sorted[Math.floor(half)] ?? 0;
  return Number.isInteger(half) ? (upper + (sorted[half - 1] ?? 0)) / 2 : upper;
}
