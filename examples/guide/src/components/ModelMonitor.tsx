import { useModelMetrics } from "@/services";

/** Step 5: one model. */
export function ModelMonitor({ modelName }: { modelName: string }) {
  const metrics = useModelMetrics(modelName);

  if (!metrics) {
    return <div>No data for {modelName}</div>;
  }

  return (
    <section aria-label={modelName} className="rounded-lg bg-gray-800 p-6">
      <h2 className="text-xl font-bold">{modelName}</h2>
      <p>Requests: {metrics.request_count}</p>
      <p>Latency: {Math.round(metrics.avg_latency_ms)}ms</p>
      <p>Cost: ${metrics.total_cost.toFixed(2)}</p>
    </section>
  );
}
