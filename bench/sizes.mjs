// What each client adds to a page: minified and compressed by gzip, React left out.
import { gzipSync } from "node:zlib";
import { bundle } from "./rig/bundle.mjs";
import { named } from "./rig/peers.mjs";
import { machine, ratio, table } from "./rig/report.mjs";

const external = ["react", "react-dom", "react/jsx-runtime"];

async function measure(text) {
  const { outputFiles, metafile } = await bundle(text, { external, alias: {}, splitting: true });
  const outputs = Object.entries(metafile.outputs);
  /** Compressed together: into how many chunks a bundler puts them is its own affair. */
  const sizeOf = (names) => {
    const wanted = outputFiles.filter(({ path }) => names.some((name) => path.endsWith(name)));
    return gzipSync(Buffer.concat(wanted.map(({ contents }) => contents)), { level: 9 }).length;
  };
  const first = new Set();
  const follow = (name) => {
    if (first.has(name)) return;
    first.add(name);
    for (const { path, kind } of metafile.outputs[name].imports)
      if (kind === "import-statement" && path in metafile.outputs) follow(path);
  };
  const [entry, { exports }] = outputs.find(([, output]) => output.entryPoint);
  follow(entry);
  const names = outputs.map(([name]) => name);
  const later = names.filter((name) => !first.has(name));
  return {
    size: sizeOf([...first]),
    later: later.length > 0 ? sizeOf(later) : 0,
    exports,
  };
}

const exported = (await measure('export * from "@telltale/react"')).exports;
const hooks = exported.filter((name) => /^use[A-Z]/.test(name)).join(", ");
const components = "ConnectionStatus, ConnectionBadge, ConnectionStats, TelltaleBoundary";
const client = "createWebSocketService, MessageType, ConnectionState";

const entries = [
  ["@telltale/client", `export { ${client} } from "@telltale/client"`],
  [
    "@telltale/react: client, provider, all hooks",
    `export { ${client}, WebSocketProvider, ${hooks} } from "@telltale/react"`,
  ],
  [
    "@telltale/react: and the components",
    `export { ${client}, WebSocketProvider, ${hooks}, ${components} } from "@telltale/react"`,
  ],
  ["graphql-ws", 'export { createClient } from "graphql-ws"'],
  ["partysocket", 'export { WebSocket } from "partysocket"'],
  ["reconnecting-websocket", 'export { default } from "reconnecting-websocket"'],
  ["socket.io-client", 'export { io } from "socket.io-client"'],
  ["centrifuge", 'export { Centrifuge } from "centrifuge"'],
  ["react-use-websocket", 'export { default } from "react-use-websocket"'],
  [
    "@tanstack/react-query",
    'export { QueryClient, QueryClientProvider, useQuery, useQueryClient } from "@tanstack/react-query"',
  ],
];

const rows = [];
for (const [name, text] of entries) {
  const title = name.startsWith("@telltale") ? name : named(name);
  rows.push({ title, ...(await measure(text)) });
}
const kB = (bytes) => (bytes / 1000).toFixed(1);
const ours = { client: rows[0].size, react: rows[1].size };
table(
  "kB, minified by esbuild, gzip 9, React left out",
  ["import", "at once", "loaded when needed", "to our client", "to ours with hooks"],
  rows.map(({ title, size, later }) => [
    title,
    kB(size),
    later ? kB(later) : "–",
    ratio(size, ours.client),
    ratio(size, ours.react),
  ]),
);
machine();
