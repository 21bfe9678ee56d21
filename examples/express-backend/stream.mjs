// Pushes the stream of PROTOCOL.md over a WebSocket, and never expects an answer.
import { WebSocketServer } from "ws";

/** Other sites' pages may open sockets to any server: only the browser's Origin tells them apart. */
const isOwnPage = ({ origin, req }) => !origin || origin.endsWith(`//${req.headers.host}`);

/** A reader this far behind misses what is sent until it has caught up, bytes. */
const enough = 1 << 20;

/** Serves `/metrics/stream`. Returns `publish(type, data)`, which tells every page that watches. */
export function openStream(server, meter) {
  const sockets = new WebSocketServer({
    server,
    path: "/metrics/stream",
    verifyClient: isOwnPage,
    maxPayload: 1024,
  });
  const recent = new Map();

  function send(socket, type, data) {
    if (socket.readyState !== socket.OPEN || socket.bufferedAmount > enough) return;
    socket.send(JSON.stringify({ type, timestamp: Date.now(), data }));
  }
  function sendFigures(socket) {
    send(socket, "metrics_update", meter.metrics(sockets.clients.size));
    for (const model of meter.models()) send(socket, "model_update", model);
  }

  sockets.on("connection", (socket) => {
    socket.on("error", () => socket.terminate());
    // Who comes late sees what there is at once.
    for (const [type, data] of recent.values()) send(socket, type, data);
    sendFigures(socket);
  });
  setInterval(() => {
    for (const socket of sockets.clients) sendFigures(socket);
  }, 1000).unref();

  return function publish(type, data) {
    const key = `${type} ${data.id ?? data.request_id}`;
    recent.delete(key);
    recent.set(key, [type, { ...data }]);
    if (recent.size > 100) recent.delete(recent.keys().next().value);
    for (const socket of sockets.clients) send(socket, type, data);
  };
}
