import { WebSocketProvider } from "@/services";
import { Layout } from "./components/Layout";
import { Routes } from "./Routes";

/** Step 1: one provider around everything that shows live data. */
export function App() {
  return (
    <WebSocketProvider
      config={{
        url: process.env.REACT_APP_WS_URL || "ws://localhost:8000/metrics/stream",
        debug: process.env.NODE_ENV === "development" && process.env.REACT_APP_WS_DEBUG === "true",
        reconnectInterval: 1000,
        maxReconnectInterval: 30000,
        reconnectDecay: 1.5,
        heartbeatInterval: 30000,
        maxReconnectAttempts: Infinity,
      }}
      onConnect={() => console.log("connected")}
      onDisconnect={(reason) => console.warn("disconnected:", reason)}
      onError={(error) => console.error("error:", error)}
      onReconnecting={(attempt) => console.log(`reconnecting, attempt ${attempt}`)}
    >
      <Layout>
        <Routes />
      </Layout>
    </WebSocketProvider>
  );
}
