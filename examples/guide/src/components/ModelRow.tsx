import type { ModelUpdate } from "@/services";

export function ModelRow({ stats }: { stats: ModelUpdate }) {
  const figures = [
    ["Requests", stats.request_count.toLocaleString()],
    ["Latency", `${Math.round(stats.avg_latency_ms)}ms`],
    ["Tokens", stats.total_tokens.toLocaleString()],
    ["Cost", `$${stats.total_cost.toFixed(2)}`],
  ];
  return (
    <section aria-label={stats.model} className="rounded bg-gray-900 p-4">
      <h3 className="font-medium">{stats.model}</h3>
      <dl className="mt-2 grid grid-cols-2 gap-4 text-sm sm:grid-cols-4">
        {figures.map(([label, value]) => (
          <div key={label}>
            <dt className="text-gray-300">{label}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
