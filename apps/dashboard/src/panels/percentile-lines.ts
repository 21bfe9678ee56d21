/** The percentiles that charts of times draw, and in which colours. */
export const percentileLines = [
  { label: "p50", p: 0.5, color: "var(--series-6)" },
  { label: "p95", p: 0.95, color: "var(--series-2)" },
  { label: "p99", p: 0.99, color: "var(--series-4)" },
] as const;

/** The metrics of these lines, as alert rules name them; averages are told beside them. */
export function percentilesOf(what: "latency_ms" | "ttft_ms"): readonly string[] {
  return [`avg_${what}`, ...percentileLines.map(({ p }) => `p${p * 100}_${what}`)];
}
