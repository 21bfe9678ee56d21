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

export function Rows({ requests }) {
  globalThis.renders++;
  return (
    <ul>
      {requests.map((request) => (
        <li key={request.id}>
          {request.model} {request.latency_ms} {request.cost}
        </li>
      ))}
    </ul>
  );
}
