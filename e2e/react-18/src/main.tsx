import {
  ConnectionBadge,
  ConnectionStats,
  ConnectionStatus,
  MessageType,
  TelltaleBoundary,
  TelltaleInspector,
  useAggregateStats,
  useConnectionStatus,
  useRealtimeMetrics,
  useRequestHistory,
  useWebSocketSubscription,
  WebSocketProvider,
} from "@telltale/react";
import { type ReactElement, StrictMode, useState, version } from "react";
import { createRoot } from "react-dom/client";

function Figures(): ReactElement {
  const { metrics, recentRequests } = useRealtimeMetrics();
  const { modelCount } = useAggregateStats();
  const errors = useRequestHistory({ filter: ({ status }) => status === "error" });
  const { isConnected } = useConnectionStatus();
  const [updates, setUpdates] = useState(0);
  useWebSocketSubscription(MessageType.REQUEST_UPDATE, () => setUpdates((count) => count + 1));
  return (
    <dl aria-label="Figures">
      <dt>React</dt>
      <dd>{version}</dd>
      <dt>Connected</dt>
      <dd>{String(isConnected)}</dd>
      <dt>Requests</dt>
      <dd>{metrics?.total_requests ?? "–"}</dd>
      <dt>Listed</dt>
      <dd>{recentRequests.length}</dd>
      <dt>Errors</dt>
      <dd>{errors.length}</dd>
      <dt>Models</dt>
      <dd>{modelCount}</dd>
      <dt>Updates</dt>
      <dd>{updates}</dd>
    </dl>
  );
}

function App({ url }: { url: string }): ReactElement {
  return (
    <WebSocketProvider config={{ url }}>
      <ConnectionStatus showDetails showLatency />
      <ConnectionBadge />
      <TelltaleBoundary loading={<p>Waiting</p>}>
        <Figures />
        <ConnectionStats />
      </TelltaleBoundary>
      <TelltaleInspector />
    </WebSocketProvider>
  );
}

const root = document.getElementById("root");
const url = new URLSearchParams(location.search).get("stream") ?? "";
if (root) {
  createRoot(root).render(
    <StrictMode>
      <App url={url} />
    </StrictMode>,
  );
}
