import { type ModelUpdate, useRealtimeMetrics } from "@telltale/react";
import { count, dollars, milliseconds, percent } from "./format";

export function Models() {
  const models = useRealtimeMetrics((live) => live.models);
  if (models.size === 0) return <p>No model has answered yet.</p>;

  return (
    <table>
      <thead>
        <tr>
          <th>Model</th>
          <th>Requests</th>
          <th>Tokens</th>
          <th>Latency</th>
          <th>Errors</th>
          <th>Cost</th>
        </tr>
      </thead>
      <tbody>
        {[...models.values()].map((model) => (
          <tr key={model.model}>
            <th scope="row">{model.model}</th>
            <td>{count(model.request_count)}</td>
            <td>{count(model.total_tokens)}</td>
            <td>{milliseconds(model.avg_latency_ms)}</td>
            <td>{percent(model.error_rate)}</td>
            <td>{dollars(costOf(model))}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** A model that nobody knows the price of has an unknown cost, not none. */
function costOf({ total_cost, unknown_cost_requests, request_count }: ModelUpdate) {
  return unknown_cost_requests === request_count ? null : total_cost;
}
