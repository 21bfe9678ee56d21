// As in React Native: its renderer's test double, its kind of socket, and nothing of the DOM.
import {
  useConnectionStatus,
  useRealtimeMetrics,
  useWebSocketSend,
  WebSocketProvider,
} from "@telltale/react";
import { type ReactElement, StrictMode } from "react";
import { act, create } from "react-test-renderer";
import { NativeSocket } from "./native-socket.ts";

const dom = ["window", "document", "navigator", "localStorage", "BroadcastChannel"] as const;
const found = [...dom, "requestAnimationFrame", "addEventListener"].filter(
  (name) => name in globalThis,
);

function Figures(): ReactElement {
  const { metrics } = useRealtimeMetrics();
  const { state } = useConnectionStatus();
  const send = useWebSocketSend();
  const outcome = metrics && send("ping", {}).status;
  return <>{[state, metrics?.total_requests ?? "–", outcome ?? "–"].join(" ")}</>;
}

async function settled(what: () => boolean): Promise<void> {
  while (!what()) await act(() => new Promise((resolve) => setTimeout(resolve, 5)));
}

const metrics = {
  total_requests: 41,
  total_tokens: 1,
  total_cost: 0,
  avg_latency_ms: 1,
  error_rate: 0,
  streaming_percentage: 0,
  requests_per_second: 0,
  tokens_per_second: 0,
  active_connections: 1,
};

Object.assign(globalThis, { IS_REACT_ACT_ENVIRONMENT: true, WebSocket: NativeSocket });
const seen: unknown[] = [];
let tree = create(<StrictMode />);
await act(() => {
  tree = create(
    <StrictMode>
      <WebSocketProvider config={{ url: "wss://s.example/metrics/stream" }}>
        <Figures />
      </WebSocketProvider>
    </StrictMode>,
  );
});
seen.push(tree.toJSON());
await settled(() => NativeSocket.made.length > 0);
const [socket] = NativeSocket.made;
await act(() => socket?.accept());
seen.push(tree.toJSON());
await act(() => socket?.push({ type: "metrics_update", timestamp: 1, data: metrics }));
await settled(() => String(tree.toJSON()).includes("41"));
seen.push(tree.toJSON());
await act(() => tree.unmount());
await settled(() => socket?.readyState === 3);

export const report = {
  found,
  seen,
  addresses: NativeSocket.made.map(({ url }) => url),
  sent: socket?.sent,
};
