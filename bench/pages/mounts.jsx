// A page that mounts and unmounts a provider with hooks and components, and counts what they hold.
import {
  ConnectionStats,
  ConnectionStatus,
  useRealtimeMetrics,
  useWebSocketSubscription,
  WebSocketProvider,
} from "@telltale/react";
import { flushSync } from "react-dom";
import { createRoot } from "react-dom/client";

const held = { timers: new Set(), listeners: 0, sockets: 0 };

const { setTimeout, clearTimeout } = globalThis;
globalThis.setTimeout = (run, ms) => {
  const timer = setTimeout(() => {
    held.timers.delete(timer);
    run();
  }, ms);
  held.timers.add(timer);
  return timer;
};
globalThis.clearTimeout = (timer) => {
  held.timers.delete(timer);
  clearTimeout(timer);
};

for (const target of [globalThis, document]) {
  const { addEventListener, removeEventListener } = target;
  target.addEventListener = (...all) => {
    held.listeners++;
    addEventListener.apply(target, all);
  };
  target.removeEventListener = (...all) => {
    held.listeners--;
    removeEventListener.apply(target, all);
  };
}

const figures = {
  total_requests: 1,
  total_tokens: 1,
  total_cost: 0,
  avg_latency_ms: 1,
  error_rate: 0,
  streaming_percentage: 0,
  requests_per_second: 0,
  tokens_per_second: 0,
  active_connections: 1,
};
const text = JSON.stringify({ type: "metrics_update", timestamp: 1, data: figures });

/** Opens in a microtask and says one thing: the browser's own would take milliseconds each. */
class Socket extends EventTarget {
  readyState = 0;
  constructor() {
    super();
    held.sockets++;
    queueMicrotask(() => {
      if (this.readyState !== 0) return;
      this.readyState = 1;
      this.dispatchEvent(new Event("open"));
      this.dispatchEvent(new MessageEvent("message", { data: text }));
    });
  }
  send() {}
  close() {
    if (this.readyState !== 3) held.sockets--;
    this.readyState = 3;
  }
}

const env = { webSocket: () => Socket };

function Reader() {
  const { metrics } = useRealtimeMetrics();
  useWebSocketSubscription("metrics_update", () => {});
  return <p>{metrics?.total_requests}</p>;
}

const root = createRoot(document.getElementById("root"));

/** Every other one leaves before its socket has opened. */
globalThis.mounts = async (count) => {
  for (let mount = 0; mount < count; mount++) {
    flushSync(() =>
      root.render(
        <WebSocketProvider config={{ url: "ws://server.example/metrics/stream" }} env={env}>
          <ConnectionStatus showDetails showLatency />
          <ConnectionStats />
          <Reader />
        </WebSocketProvider>,
      ),
    );
    if (mount % 2 === 0) await null;
    flushSync(() => root.render(null));
    // A provider leaves with the next task, in case StrictMode only takes its effects down for a moment.
    if (mount % 100 === 99) await new Promise((resolve) => setTimeout(resolve));
  }
  await new Promise((resolve) => setTimeout(resolve, 50));
};

globalThis.held = () => ({
  timers: held.timers.size,
  listeners: held.listeners,
  sockets: held.sockets,
});
