import { SERIES_METRICS, type SeriesMetric } from "@telltale/protocol";
import type { Unit } from "./metrics.ts";

/** A figure with its unit, as it stands in a message. */
export function describeFigure(value: number, unit: Unit): string {
  switch (unit) {
    case "ms":
      return value >= 10_000 ? `${round(value / 1000)} s` : `${round(value)} ms`;
    case "share":
      return `${round(value * 100)}%`;
    case "percent":
      return `${round(value)}%`;
    case "per_second":
      return `${round(value)}/s`;
    case "dollars":
      return describeMoney(value);
    case "celsius":
      return `${round(value)} °C`;
    case "count":
      return round(value);
  }
}

/** US dollars; small amounts keep the digits that say something. */
export function describeMoney(value: number): string {
  return Math.abs(value) >= 1 || value === 0 ? `$${value.toFixed(2)}` : `$${round(value)}`;
}

/** Three digits that count; whole numbers whole. */
function round(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 100 ? value.toFixed(0) : String(Number(value.toPrecision(3)));
}

/** The unit of what the history keeps. */
export function unitOf(metric: SeriesMetric): Unit {
  if (metric.endsWith("_ms")) return "ms";
  if (metric.endsWith("_per_second")) return "per_second";
  if (metric === "error_rate") return "share";
  return metric === "cost" ? "dollars" : "count";
}

/** Counts, sums and rates, of which a step without data means none; other metrics are not known then. */
export const SUMS: ReadonlySet<SeriesMetric> = new Set(
  SERIES_METRICS.filter((metric) => ["count", "per_second", "dollars"].includes(unitOf(metric))),
);
