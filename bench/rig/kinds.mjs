// The clients that run in Node, each with the words its server would say.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { root } from "../../scripts/root.mjs";
import { bundle } from "./bundle.mjs";
import { load, named, own } from "./peers.mjs";

/** Our client as it is in the sources. */
async function ours() {
  const text = 'export * from "@telltale/client"';
  const { outputFiles } = await bundle(text, { platform: "node", minify: false });
  const directory = mkdtempSync(path.join(os.tmpdir(), "telltale-bench-"));
  const file = path.join(directory, "client.mjs");
  writeFileSync(file, outputFiles[0].text);
  try {
    return await import(pathToFileURL(file).href);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const { telltale, peers } = await own("clients.mjs");
const client = await ours();

/**
 * Ours first. `speak(socket, options)` is the server's side of an accepted socket, `open(url,
 * options)` the client's; it calls `options.up` and `options.down` and returns how to end it.
 */
export const kinds = [
  { name: "@telltale/client", ...telltale(client) },
  ...peers.map((peer) => ({ ...peer, name: named(peer.package) })),
];

/** Telltale's own numbering of those that are connected. */
async function dealtOut() {
  const file = path.join(root, "packages/telltale/src/stream/seats.ts");
  const { outputFiles } = await load("esbuild").build({
    entryPoints: [file],
    format: "esm",
    write: false,
  });
  const text = Buffer.from(outputFiles[0].contents).toString("base64");
  const { Seats } = await import(`data:text/javascript;base64,${text}`);
  const seats = new Seats();
  return (socket) => {
    seats.add(socket);
    socket.once("close", () => seats.delete(socket));
    return seats.phase(socket);
  };
}

/** Connections of one page draw their waits from one even sequence; those of many pages cannot. */
const alone = { random: Math.random };

/** Each on a page of its own: of a server that deals out shares of the first wait, and of one that does not. */
export const apart = [
  {
    name: "@telltale/client, each on a page of its own, shares dealt out",
    ...telltale(client, alone, await dealtOut()),
  },
  {
    name: "@telltale/client, each on a page of its own, another server",
    ...telltale(client, alone),
  },
];
