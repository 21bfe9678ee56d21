import { useSystemHealth } from "@/services";

/** Step 7: the machine behind the service. */
export function SystemHealth() {
  const { health, isHealthy } = useSystemHealth();

  if (!health) return null;

  return (
    <section aria-label="System" className="rounded-lg bg-gray-800 p-6">
      <h2 className={`text-xl font-bold ${isHealthy ? "text-green-400" : "text-red-400"}`}>
        System {isHealthy ? "healthy" : "unhealthy"}
      </h2>
      <p>CPU: {health.cpu_usage.toFixed(1)}%</p>
      <p>Memory: {health.memory_usage.toFixed(1)}%</p>
      {health.gpu_usage !== undefined && <p>GPU: {health.gpu_usage.toFixed(1)}%</p>}
      <p>Queue: {health.queue_size}</p>
    </section>
  );
}
