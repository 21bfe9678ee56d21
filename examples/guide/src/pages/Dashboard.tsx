import { ConnectionBadge, useRealtimeMetrics } from "@/services";
import { MetricCard } from "../components/MetricCard";
import { ModelRow } from "../components/ModelRow";
import { RequestsTable } from "../components/RequestsTable";

/** Step 3: one hook for everything a page shows. */
export function Dashboard() {
  const { metrics, models, recentRequests, isConnected } = useRealtimeMetrics();

  if (!isConnected) {
    return (
      <div className="flex h-64 flex-col items-center justify-center gap-2">
        <ConnectionBadge />
        <p className="text-gray-300">Waiting for the live stream…</p>
      </div>
    );
  }

  return (
    <div className="space-y-6">
      <div className="grid grid-cols-2 gap-4 lg:grid-cols-4">
        <MetricCard
          label="Total Requests"
          value={metrics?.total_requests.toLocaleString() || "0"}
        />
        <MetricCard label="Avg Latency" value={`${Math.round(metrics?.avg_latency_ms || 0)}ms`} />
        <MetricCard
          label="Error Rate"
          value={`${((metrics?.error_rate || 0) * 100).toFixed(2)}%`}
        />
        <MetricCard label="RPS" value={(metrics?.requests_per_second || 0).toFixed(1)} />
      </div>

      <div className="rounded-lg bg-gray-800 p-6">
        <h2 className="mb-4 text-xl font-bold">Model performance</h2>
        <div className="space-y-2">
          {Array.from(models.entries()).map(([modelName, stats]) => (
            <ModelRow key={modelName} stats={stats} />
          ))}
        </div>
      </div>

      <div className="rounded-lg bg-gray-800 p-6">
        <h2 className="mb-4 text-xl font-bold">Recent requests ({recentRequests.length})</h2>
        <RequestsTable requests={recentRequests.slice(0, 10)} />
      </div>
    </div>
  );
}
