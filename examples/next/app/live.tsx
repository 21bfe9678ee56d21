"use client";

import {
  ConnectionStatus,
  TelltaleBoundary,
  useRealtimeMetrics,
  WebSocketProvider,
} from "@telltale/react";

/** The part of the page that lives in the browser. The server renders it disconnected and empty. */
export function Live({ url }: { url: string }) {
  return (
    <WebSocketProvider config={{ url }}>
      <ConnectionStatus showDetails showLatency />
      <TelltaleBoundary>
        <Figures />
        <Models />
      </TelltaleBoundary>
    </WebSocketProvider>
  );
}

function Figures() {
  const metrics = useRealtimeMetrics((live) => live.metrics);
  if (!metrics) return <p aria-busy="true">Waiting for the first figures…</p>;
  return (
    <dl>
      <dt>Requests</dt>
      <dd>{metrics.total_requests.toLocaleString("en")}</dd>
      <dt>Requests/s</dt>
      <dd>{metrics.requests_per_second.toFixed(1)}</dd>
      <dt>Average latency</dt>
      <dd>{Math.round(metrics.avg_latency_ms)} ms</dd>
    </dl>
  );
}

function Models() {
  const models = useRealtimeMetrics((live) => live.models);
  return (
    <ul>
      {[...models.values()].map(({ model, request_count }) => (
        <li key={model}>
          {model}: {request_count} requests
        </li>
      ))}
    </ul>
  );
}
