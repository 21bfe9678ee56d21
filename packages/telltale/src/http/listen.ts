import { lookup } from "node:dns/promises";
import { createServer, type RequestListener, type Server, STATUS_CODES } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";

export interface ListenOptions {
  readonly host: string;
  readonly port: number;
  /** Certificate chain and key as PEM; absent: plain HTTP. */
  readonly tls?: { readonly cert: string; readonly key: string } | undefined;
  readonly request: RequestListener;
  readonly upgrade: (request: Parameters<RequestListener>[0], socket: Duplex, head: Buffer) => void;
}

export interface Listening {
  readonly port: number;
  /** Without a trailing slash. */
  readonly url: string;
  /** Takes no new connections. */
  refuse(): void;
  /** Ends those that are still open, too. */
  close(): Promise<void>;
}

/** A connection may rest so long between two requests, ms: longer than proxies in front let it. */
const KEEP_ALIVE = 72_000;

/** @throws an Error with a `code`, such as EADDRINUSE; when the certificate can not be used. */
export async function listen(options: ListenOptions): Promise<Listening> {
  const { host, port } = options;
  const first = make(options);
  await bind(first, host, port);
  const address = first.address();
  if (address === null || typeof address === "string") throw new Error("There is no port");
  const servers = [first];
  // The name may mean 127.0.0.1 to one program and ::1 to another.
  for (const other of host === "localhost" ? await othersOf(host, address) : []) {
    const server = make(options);
    await bind(server, other, address.port).then(
      () => servers.push(server),
      () => undefined,
    );
  }
  const closed = servers.map(
    (server) => new Promise<void>((resolve) => server.once("close", () => resolve())),
  );
  const refuse = (): void => {
    for (const server of servers) if (server.listening) server.close();
  };
  return {
    port: address.port,
    url: `${options.tls ? "https" : "http"}://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`,
    refuse,
    async close() {
      refuse();
      for (const server of servers) server.closeAllConnections();
      await Promise.all(closed);
    },
  };
}

function make({ tls, request, upgrade }: ListenOptions): Server {
  const server = tls ? createSecureServer({ ...tls }, request) : createServer(request);
  server.keepAliveTimeout = KEEP_ALIVE;
  // Imports and proxied calls take as long as they take.
  server.requestTimeout = 0;
  server.on("upgrade", upgrade);
  server.on("clientError", refuse);
  return server;
}

/** What is no HTTP, or too much of it. */
function refuse(error: Error, socket: Duplex): void {
  const code = "code" in error ? error.code : undefined;
  if (code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const status =
    code === "HPE_HEADER_OVERFLOW" ? 431 : code === "ERR_HTTP_REQUEST_TIMEOUT" ? 408 : 400;
  socket.end(
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
  );
}

function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port }, () => {
      server.off("error", reject);
      resolve();
    });
  });
}

async function othersOf(host: string, { address }: AddressInfo): Promise<string[]> {
  const found = await lookup(host, { all: true }).catch(() => []);
  return found.map((one) => one.address).filter((one) => one !== address);
}
