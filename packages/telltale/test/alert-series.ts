import type { SeriesMetric } from "@telltale/protocol";
import type { SeriesSource } from "../src/alerts/series.ts";
import { endOf, promptTokens, type RequestEvent } from "../src/event.ts";

const metrics: Partial<Record<SeriesMetric, (events: readonly RequestEvent[]) => number | null>> = {
  requests: (events) => events.length,
  errors: (events) => events.filter(({ status }) => status === "error").length,
  error_rate: (events) => events.filter(({ status }) => status === "error").length / events.length,
  cost: (events) => events.reduce((sum, { cost }) => sum + (cost ?? 0), 0),
  tokens: (events) =>
    events.reduce((sum, { usage }) => sum + (usage ? promptTokens(usage) + usage.output : 0), 0),
  avg_latency_ms: (events) =>
    events.reduce((sum, { latencyMs }) => sum + (latencyMs ?? 0), 0) / events.length,
};

/** Series over a list of requests, as a history gives them. */
export function seriesOf(events: readonly RequestEvent[]): SeriesSource & { asked: number } {
  return {
    asked: 0,
    async series({ metric, from, to, step, groupBy }) {
      this.asked++;
      const lines = new Map<string | null, Map<number, RequestEvent[]>>();
      for (const event of events) {
        const end = endOf(event);
        if (end < from || end >= to) continue;
        const group =
          groupBy === "model" ? event.model : groupBy === "user_id" ? event.userId : null;
        const start = Math.floor(end / step) * step;
        const line = lines.get(group) ?? new Map<number, RequestEvent[]>();
        line.set(start, [...(line.get(start) ?? []), event]);
        lines.set(group, line);
      }
      const value = metrics[metric];
      if (value === undefined) throw new Error(`no ${metric} in this test`);
      return Array.from(lines, ([group, line]) => ({
        group,
        points: Array.from(line, ([start, inStep]) => [start, value(inStep) ?? 0] as const).sort(
          (a, b) => a[0] - b[0],
        ),
      }));
    },
  };
}
