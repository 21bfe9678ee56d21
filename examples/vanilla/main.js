import { createWebSocketService } from "@telltale/client";

const element = (id) => document.getElementById(id);
const words = {
  CONNECTING: "Connecting…",
  CONNECTED: "Live",
  DISCONNECTED: "Disconnected",
  RECONNECTING: "Reconnecting…",
  ERROR: "Cannot connect",
  CLOSED: "Gave up",
};

const service = createWebSocketService(
  { url: import.meta.env.VITE_TELLTALE_URL },
  { onError: (error) => console.warn(error.message) },
);

const showState = () => {
  element("state").textContent = words[service.getState()];
};
service.onStateChange(showState);
showState();

// Called at most once per animation frame, however many messages came.
service.store.subscribe(() => {
  const { metrics, requests } = service.store.getState();
  if (metrics) {
    element("requests").textContent = metrics.total_requests.toLocaleString();
    element("rate").textContent = metrics.requests_per_second.toFixed(1);
    element("cost").textContent = `$${metrics.total_cost.toFixed(2)}`;
  }
  element("latest").replaceChildren(...requests.slice(0, 10).map(line));
});

function line({ model, status, latency_ms }) {
  const item = document.createElement("li");
  const time = latency_ms === null ? "" : `, ${Math.round(latency_ms)} ms`;
  item.textContent = `${model}: ${status.replace("_", " ")}${time}`;
  return item;
}
