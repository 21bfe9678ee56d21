import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";

const types: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
};

/** A page on an origin of its own: a directory of files, or one page given as text. */
export interface Site {
  readonly origin: string;
  readonly close: () => Promise<void>;
  /** What to serve; may be set after the origin is known. */
  serve: (from: { directory: string } | { page: string }) => void;
}

export async function openSite(): Promise<Site> {
  let source: { directory: string } | { page: string } = { page: "" };
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://site");
    const name = pathname === "/" ? "/index.html" : path.posix.normalize(pathname);
    const body =
      "directory" in source
        ? readFile(path.join(source.directory, name))
        : Promise.resolve(Buffer.from(source.page));
    body.then(
      (content) => {
        const type = types[path.extname(name)] ?? "application/octet-stream";
        response.writeHead(200, { "content-type": type }).end(content);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    serve: (from) => {
      source = from;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
