import { connect, createServer } from "node:net";

const endOfRequest = "\r\n\r\n";

/** A TCP relay: counts what clients say after their HTTP request, and can freeze every link through it. */
export async function relay(port) {
  const links = new Set();
  const counted = { bytes: 0, connections: 0 };
  const server = createServer((client) => {
    const upstream = connect(port, "127.0.0.1");
    counted.connections++;
    links.add(client).add(upstream);
    let request = "";
    client.on("data", (chunk) => {
      const end =
        request === null ? -1 : (request + chunk.toString("latin1")).indexOf(endOfRequest);
      if (request === null) counted.bytes += chunk.length;
      else if (end < 0) request += chunk.toString("latin1");
      else {
        counted.bytes += request.length + chunk.length - end - endOfRequest.length;
        request = null;
      }
    });
    client.pipe(upstream).pipe(client);
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ]) {
      one.on("error", () => other.destroy());
      one.once("close", () => other.destroy());
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    url: `ws://127.0.0.1:${server.address().port}/`,
    counted,
    /** From now on nothing arrives anywhere, and nobody is told. */
    freeze: () => {
      for (const link of links) link.unpipe().pause();
      server.removeAllListeners("connection");
      server.on("connection", (client) => {
        links.add(client.on("error", () => {}));
      });
    },
    close: () => {
      for (const link of links) link.destroy();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}
