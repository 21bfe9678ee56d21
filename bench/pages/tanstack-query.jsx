import { QueryClient, QueryClientProvider, useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { Figure, Newest } from "./parts.jsx";

const client = new QueryClient();

/** One socket that writes into the cache, as its author describes it. */
export function Stream({ url, children }) {
  useEffect(() => {
    const socket = new WebSocket(url);
    socket.onmessage = ({ data: text }) => {
      const { type, data } = JSON.parse(text);
      if (type === "metrics_update") client.setQueryData(["metrics"], data);
      if (type === "request_update")
        client.setQueryData(["requests"], (known = []) => [data, ...known].slice(0, 500));
    };
    return () => socket.close();
  }, [url]);
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}

const useCached = (name) =>
  useQuery({ queryKey: [name], queryFn: () => null, enabled: false, staleTime: Infinity }).data;

export function Metrics() {
  return <Figure metrics={useCached("metrics")} />;
}

export function Requests() {
  return <Newest requests={useCached("requests")?.slice(0, 10) ?? []} />;
}
