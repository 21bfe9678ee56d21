import { useRealtimeMetrics } from "@telltale/react";
import { count, dollars, milliseconds, percent, perSecond } from "./format";

/** The service as a whole. Renders again only when one of these figures has changed. */
export function Figures() {
  const metrics = useRealtimeMetrics((live) => live.metrics);
  if (!metrics) return <p aria-busy="true">Waiting for the first figures…</p>;

  const figures = [
    ["Requests", count(metrics.total_requests)],
    ["Requests/s", perSecond(metrics.requests_per_second)],
    ["Tokens/s", perSecond(metrics.tokens_per_second)],
    ["Average latency", milliseconds(metrics.avg_latency_ms)],
    ["Errors", percent(metrics.error_rate)],
    ["Cost", dollars(metrics.total_cost)],
  ];
  return (
    <dl>
      {figures.map(([label, value]) => (
        <div key={label}>
          <dt>{label}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
