import { createContext, useContext, useEffect, useState } from "react";
import useWebSocketModule from "react-use-websocket";
import { Figure, Newest } from "./parts.jsx";

const useWebSocket = useWebSocketModule.default ?? useWebSocketModule;
const Url = createContext("");

export const Stream = ({ url, children }) => <Url.Provider value={url}>{children}</Url.Provider>;

/** One socket for all components, as its documentation says. */
const useMessage = () => useWebSocket(useContext(Url), { share: true }).lastJsonMessage;

export function Metrics() {
  const message = useMessage();
  const [metrics, setMetrics] = useState(null);
  useEffect(() => {
    if (message?.type === "metrics_update") setMetrics(message.data);
  }, [message]);
  return <Figure metrics={metrics} />;
}

export function Requests() {
  const message = useMessage();
  const [requests, setRequests] = useState([]);
  useEffect(() => {
    if (message?.type === "request_update")
      setRequests((known) => [message.data, ...known].slice(0, 10));
  }, [message]);
  return <Newest requests={requests} />;
}
