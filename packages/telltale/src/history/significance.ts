import type { SeriesMetric } from "@telltale/protocol";
import type { Estimate } from "./store/analysis.ts";

/** How sure a difference is; docs/api.md has the methods in words. */
export interface Significance {
  /**
   * `too_few`: too few requests to tell. `not_tested`: there is no such figure on one side, or none
   * that says how sure it is.
   */
  readonly verdict: "higher" | "lower" | "no_difference" | "too_few" | "not_tested";
  /** Chance of such a difference, or a larger one, if nothing had changed; null when not tested. */
  readonly p: number | null;
  /** The difference lies within these bounds 95 times of 100. */
  readonly interval: readonly [number, number] | null;
}

export interface Sides {
  readonly value: Estimate;
  readonly against: Estimate;
}

/** Sums and counts grow with time; the other figures do not. */
const additive: ReadonlySet<SeriesMetric> = new Set([
  "requests",
  "errors",
  "prompt_tokens",
  "completion_tokens",
  "tokens",
  "cached_tokens",
  "reasoning_tokens",
  "cost",
]);

export function isAdditive(metric: SeriesMetric): boolean {
  return additive.has(metric);
}

/** Values a figure needs on either side before the normal distribution may stand for its own. */
function enough(metric: SeriesMetric, { value, count }: Estimate): boolean {
  const share = Number(`0.${/^p(\d+)_/.exec(metric)?.[1] ?? "5"}`);
  if (metric.startsWith("p") && share < 1 && /^p\d/.test(metric)) {
    return count * Math.min(share, 1 - share) >= 5;
  }
  if (metric === "error_rate") return count >= 30;
  if (metric === "requests" || metric === "errors" || metric === "requests_per_second") {
    return count >= 0 && value !== null;
  }
  return count >= 30;
}

/** @param level p below which a difference is called one */
export function significanceOf(metric: SeriesMetric, sides: Sides, level: number): Significance {
  const { value, against } = sides;
  const untested = { verdict: "not_tested", p: null, interval: null } as const;
  if (value.value === null || against.value === null) return untested;
  if (value.standardError === null || against.standardError === null) return untested;
  const difference = value.value - against.value;
  const error = Math.hypot(value.standardError, against.standardError);
  const interval = [difference - Z95 * error, difference + Z95 * error] as const;
  const few =
    metric === "requests" || metric === "errors" ? value.count + against.count < 10 : false;
  if (few || !enough(metric, value) || !enough(metric, against)) {
    return { verdict: "too_few", p: null, interval: null };
  }
  const z = difference / (metric === "error_rate" ? pooled(sides) : error);
  // Without any spread on either side, different is different.
  const p = Number.isNaN(z) ? 1 : twoSided(Math.abs(z));
  if (p >= level) return { verdict: "no_difference", p, interval };
  return { verdict: difference > 0 ? "higher" : "lower", p, interval };
}

const Z95 = 1.959964;

/** Two proportions: if nothing had changed, both would have the share of all together. */
function pooled({ value, against }: Sides): number {
  const failed = (value.value ?? 0) * value.count + (against.value ?? 0) * against.count;
  const share = failed / (value.count + against.count);
  return Math.sqrt(share * (1 - share) * (1 / value.count + 1 / against.count));
}

/** Chance of a normal value this far from the mean, on either side (Abramowitz and Stegun 7.1.26). */
export function twoSided(z: number): number {
  const x = z / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const series =
    t *
    (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.min(1, Math.max(0, series * Math.exp(-x * x)));
}
