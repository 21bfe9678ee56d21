import { createContext, useContext, useEffect, useState } from "react";
import { Figure, Newest } from "./parts.jsx";

const Shown = createContext({ metrics: null, requests: [] });

/** No library: a socket, JSON.parse, and one state per frame. What this takes, nobody can save. */
export function Stream({ url, children }) {
  const [shown, setShown] = useState({ metrics: null, requests: [] });
  useEffect(() => {
    let next = { metrics: null, requests: [] };
    let waiting = false;
    const show = () => {
      waiting = false;
      setShown({ ...next });
    };
    const socket = new WebSocket(url);
    socket.onmessage = ({ data: text }) => {
      for (const { type, data } of [JSON.parse(text)].flat()) {
        if (type === "metrics_update") next = { ...next, metrics: data };
        if (type === "request_update") next.requests = [data, ...next.requests].slice(0, 10);
      }
      if (!waiting) requestAnimationFrame(show);
      waiting = true;
    };
    return () => socket.close();
  }, [url]);
  return <Shown.Provider value={shown}>{children}</Shown.Provider>;
}

export const Metrics = () => <Figure metrics={useContext(Shown).metrics} />;
export const Requests = () => <Newest requests={useContext(Shown).requests} />;
