import { useRealtimeMetrics, WebSocketProvider } from "@telltale/react";
import { Figure, Newest } from "./parts.jsx";

export const Stream = ({ url, children }) => (
  <WebSocketProvider config={{ url }}>{children}</WebSocketProvider>
);

export function Metrics() {
  const { metrics } = useRealtimeMetrics();
  return <Figure metrics={metrics} />;
}

export function Requests() {
  const { recentRequests } = useRealtimeMetrics({ maxRecentRequests: 10 });
  return <Newest requests={recentRequests} />;
}
