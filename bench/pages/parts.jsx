// What every page shows, whatever brought it. Renders are counted.
globalThis.renders = 0;

/** `metrics.total_requests` is the number of the message. */
export function Figure({ metrics }) {
  globalThis.renders++;
  return (
    <p className="figure">
      {metrics?.total_requests ?? 0} {metrics?.avg_latency_ms.toFixed(1)}
    </p>
  );
}

/** The newest request, and the mean over those given. */
export function Newest({ requests }) {
  globalThis.renders++;
  const [newest] = requests;
  const sum = requests.reduce((total, { latency_ms }) => total + latency_ms, 0);
  return (
    <p>
      {newest?.model} {newest?.latency_ms} ms, mean {(sum / requests.length).toFixed(1)} ms
    </p>
  );
}
