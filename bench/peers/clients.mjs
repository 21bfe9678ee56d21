import { Centrifuge } from "centrifuge";
import { createClient } from "graphql-ws";
import { WebSocket as PartySocket } from "partysocket";
import ReconnectingWebSocket from "reconnecting-websocket";
import { io } from "socket.io-client";
import { WebSocket } from "ws";

export const metrics = {
  total_requests: 1,
  total_tokens: 2,
  total_cost: 0.5,
  avg_latency_ms: 100,
  error_rate: 0,
  streaming_percentage: 50,
  requests_per_second: 1,
  tokens_per_second: 2,
  active_connections: 1,
};

const told = (type, data) => JSON.stringify({ type, timestamp: Date.now(), data });

/** Calls back for each text that comes, unless the server is one that never answers. */
function answer(socket, { silent }, reply) {
  if (!silent) socket.on("message", (text) => reply(String(text)));
}

/** Says something every so often for as long as the socket is open. */
function every(socket, ms, say) {
  if (!ms) return;
  const timer = setInterval(() => socket.readyState === socket.OPEN && say(), ms);
  socket.once("close", () => clearInterval(timer));
}

const init = {
  protocol: 1,
  server: { name: "bench", version: "0" },
  epoch: "e",
  position: "e:0",
  resumed: false,
  heartbeat_interval_ms: 5_000,
  capabilities: ["heartbeat"],
};

/**
 * Ours: a server that knows the protocol, or one that only pushes.
 *
 * @param phase gives each connection its share of the first wait, as Telltale's server does
 */
export function telltale({ createWebSocketService }, env = {}, phase = () => undefined) {
  return {
    speak(socket, options) {
      if (!options.silent) socket.send(told("init", { ...init, reconnect_phase: phase(socket) }));
      socket.send(told("metrics_update", metrics));
      every(socket, options.push, () => socket.send(told("metrics_update", metrics)));
      answer(socket, options, (text) => {
        const { type, data } = JSON.parse(text);
        if (type === "heartbeat") socket.send(told("pong", { ...data, server_time: Date.now() }));
      });
    },
    leave(socket, { after_ms, spread_ms }) {
      socket.send(told("notice", { code: "going_away", message: "restart", after_ms, spread_ms }));
      socket.close(1012);
    },
    open(url, { up, down, interval, timeout, planned }) {
      const onReconnecting = () => planned?.(service.getConnectionInfo().nextAttemptAt);
      const service = createWebSocketService(
        { url, heartbeatInterval: interval, heartbeatTimeout: timeout },
        { onConnect: up, onDisconnect: down, onReconnecting },
        { webSocket: () => WebSocket, ...env },
      );
      return service.destroy;
    },
  };
}

/** A reconnecting socket without a protocol of its own. */
const plain = (open) => ({
  speak(socket, options) {
    socket.send(told("metrics_update", metrics));
    every(socket, options.push, () => socket.send(told("metrics_update", metrics)));
  },
  open(url, { up, down }) {
    const socket = open(url);
    socket.addEventListener("open", () => up?.());
    socket.addEventListener("close", () => down?.());
    return () => socket.close();
  },
});

const graphql = {
  speak(socket, options) {
    const next = () => {
      const payload = { data: { metrics } };
      socket.send(JSON.stringify({ id: "1", type: "next", payload }));
    };
    // Before this word a client of it is not connected.
    socket.once("message", () => {
      socket.send(JSON.stringify({ type: "connection_ack" }));
      every(socket, options.push, next);
    });
    answer(socket, options, (text) => {
      if (JSON.parse(text).type === "ping") socket.send('{"type":"pong"}');
    });
  },
  open(url, { up, down, interval = 0 }) {
    const client = createClient({
      url,
      webSocketImpl: WebSocket,
      lazy: false,
      keepAlive: interval,
      retryAttempts: Number.POSITIVE_INFINITY,
      generateID: () => "1",
      on: { connected: () => up?.(), closed: () => down?.() },
      onNonLazyError: () => {},
    });
    // Ended while it connects, it rejects with the close event.
    return async () => {
      await Promise.resolve(client.dispose()).catch(() => {});
    };
  },
};

/** Engine.IO 4 and Socket.IO 5 as their server speaks them over a WebSocket. */
const socketIo = {
  speak(socket, options) {
    const { interval = 25_000, timeout = 20_000 } = options;
    const session = { sid: "s", upgrades: [], pingInterval: interval, pingTimeout: timeout };
    socket.send(`0${JSON.stringify({ ...session, maxPayload: 1e6 })}`);
    socket.once("message", () => {
      socket.send('40{"sid":"s"}');
      every(socket, options.push, () => socket.send(`42${JSON.stringify(["metrics", metrics])}`));
      if (!options.silent) every(socket, interval, () => socket.send("2"));
    });
  },
  open(url, { up, down }) {
    const socket = io(url, { transports: ["websocket"], forceNew: true });
    socket.on("connect", () => up?.());
    socket.on("disconnect", () => down?.());
    return () => socket.disconnect();
  },
};

/** Centrifugo's JSON protocol. */
const centrifuge = {
  speak(socket, options) {
    const { interval = 25_000 } = options;
    socket.once("message", (text) => {
      const ping = options.silent ? {} : { ping: interval / 1000, pong: true };
      const connect = { client: "c", version: "0", ...ping, subs: { metrics: {} } };
      socket.send(JSON.stringify({ id: JSON.parse(String(text)).id, connect }));
      const push = JSON.stringify({ push: { channel: "metrics", pub: { data: metrics } } });
      every(socket, options.push, () => socket.send(push));
      if (!options.silent) every(socket, interval, () => socket.send("{}"));
    });
  },
  leave: (socket) => socket.close(3001, "shutdown"),
  open(url, { up, down, timeout = 10_000 }) {
    const client = new Centrifuge(url, { websocket: WebSocket, maxServerPingDelay: timeout });
    client.on("connected", () => up?.());
    client.on("connecting", ({ code }) => code !== 0 && down?.());
    client.on("error", () => {});
    client.connect();
    return () => client.disconnect();
  },
};

export const peers = [
  { package: "graphql-ws", ...graphql },
  { package: "socket.io-client", ...socketIo },
  { package: "centrifuge", ...centrifuge },
  { package: "partysocket", ...plain((url) => new PartySocket(url, [], { WebSocket })) },
  {
    package: "reconnecting-websocket",
    ...plain((url) => new ReconnectingWebSocket(url, [], { WebSocket })),
  },
].map((peer) => ({ leave: (socket) => socket.close(1012), ...peer }));
