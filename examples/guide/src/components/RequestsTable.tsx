import type { RequestUpdate } from "@/services";

const shown = (value: number | null, unit = "") =>
  value === null ? "—" : `${Math.round(value).toLocaleString()}${unit}`;

export function RequestsTable({ requests }: { requests: readonly RequestUpdate[] }) {
  return (
    <table className="w-full text-left text-sm">
      <thead className="text-gray-300">
        <tr>
          <th>Model</th>
          <th>Status</th>
          <th>Tokens</th>
          <th>Latency</th>
        </tr>
      </thead>
      <tbody>
        {requests.map((request) => (
          <tr key={request.id}>
            <td>{request.model}</td>
            <td>{request.status}</td>
            <td>{shown(request.total_tokens)}</td>
            <td>{shown(request.latency_ms, " ms")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
