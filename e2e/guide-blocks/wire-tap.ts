import { type AddressInfo, connect, createServer } from "node:net";

/** A TCP relay that counts what the client says after the handshake. */
export interface WireTap {
  readonly port: number;
  readonly connections: () => number;
  /** Bytes from the client after its HTTP request, all connections together. */
  readonly bytesFromClient: () => number;
  readonly close: () => Promise<void>;
}

const endOfRequest = Buffer.from("\r\n\r\n");

export async function openTap(target: number): Promise<WireTap> {
  let connections = 0;
  let bytes = 0;
  const server = createServer((client) => {
    const upstream = connect(target, "127.0.0.1");
    let request = Buffer.alloc(0);
    let talking = false;
    client.on("data", (chunk) => {
      if (talking) bytes += chunk.length;
      else {
        request = Buffer.concat([request, chunk]);
        const end = request.indexOf(endOfRequest);
        if (end >= 0) {
          talking = true;
          connections++;
          bytes += request.length - end - endOfRequest.length;
        }
      }
    });
    client.pipe(upstream).pipe(client);
    client.on("error", () => upstream.destroy());
    upstream.on("error", () => client.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    bytesFromClient: () => bytes,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}
