import { createServer } from "node:http";
import { load } from "./peers.mjs";

/**
 * A WebSocket server that notes when each connection is asked for, and can cut all of them.
 *
 * @param accepted called with each accepted socket
 */
export async function listen(accepted) {
  const { WebSocketServer } = load("ws");
  const raw = new Set();
  /** When each request came, by the clock of `performance`. */
  const times = [];
  let upgrades = 0;
  const sockets = new WebSocketServer({
    noServer: true,
    handleProtocols: (protocols) => [...protocols][0] ?? false,
  });
  // No WebSocket, no stream: whoever asks for another transport learns that there is none.
  const server = createServer((_request, response) => {
    times.push(performance.now());
    response.writeHead(405).end();
  });
  server.on("connection", (socket) => {
    raw.add(socket);
    socket.on("error", () => {});
    socket.once("close", () => raw.delete(socket));
  });
  server.on("upgrade", (request, socket, head) => {
    times.push(performance.now());
    upgrades++;
    sockets.handleUpgrade(request, socket, head, (open) => {
      open.on("error", () => {});
      accepted(open);
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const cut = () => {
    for (const socket of raw) socket.resetAndDestroy();
  };
  const { port } = server.address();
  return {
    port,
    url: `ws://127.0.0.1:${port}/`,
    times,
    get upgrades() {
      return upgrades;
    },
    clients: sockets.clients,
    cut,
    close: () => {
      cut();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
