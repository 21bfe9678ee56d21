export function MetricCard({ label, value }: { label: string; value: string }) {
  return (
    <dl className="rounded-lg bg-gray-800 p-4">
      <dt className="text-sm text-gray-300">{label}</dt>
      <dd className="text-3xl font-semibold tabular-nums">{value}</dd>
    </dl>
  );
}
