import { useSystemHealth } from "@telltale/react";

export function Machine() {
  const { health, isHealthy, problems } = useSystemHealth();
  if (!health) return <p>The backend has not said anything about its machine.</p>;

  const meters = [
    ["CPU", health.cpu_usage],
    ["Memory", health.memory_usage],
    ["Disk", health.disk_usage],
  ] as const;
  return (
    <>
      <ul>
        {meters.map(([label, value]) => (
          <li key={label}>
            {label} {value.toFixed(0)}%
          </li>
        ))}
      </ul>
      {!isHealthy && (
        <p role="alert">Too high: {problems.map((problem) => problem.metric).join(", ")}</p>
      )}
    </>
  );
}
