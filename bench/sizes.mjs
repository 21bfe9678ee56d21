// What each client adds to a page: minified and compressed by gzip, React left out.
import { gzipSync } from "node:zlib";
import { bundle } from "./rig/bundle.mjs";
import { named } from "./rig/peers.mjs";
import { machine, ratio, table } from "./rig/report.mjs";

const external = ["react", "react-dom", "react/jsx-runtime"];

async function measure(text) {
  const { outputFiles, metafile } = await bundle(text, { external, alias: {}, splitting: true });
  const { outputs } = metafile;
  /** Compressed together: into how many chunks a bundler puts them is its own affair. */
  const sizeOf = (names) => {
    const wanted = outputFiles.filter(({ path }) => names.some((name) => path.endsWith(name)));
    return wanted.length > 0
      ? gzipSync(Buffer.concat(wanted.map(({ contents }) => contents)), { level: 9 }).length
      : 0;
  };
  const follow = (name, reached = new Set()) => {
    if (reached.has(name)) return reached;
    reached.add(name);
    for (const { path, kind } of outputs[name].imports)
      if (kind === "import-statement" && path in outputs) follow(path, reached);
    return reached;
  };
  const names = Object.keys(outputs);
  const entry = names.find((name) => outputs[name].entryPoint === "<stdin>");
  const first = follow(entry);
  // What every connection loads while its socket opens, before the first data are shown.
  const reader = names.find((name) => /(?:^|\/)reader-[^/]*$/.test(name));
  const opening = reader ? [...follow(reader)].filter((name) => !first.has(name)) : [];
  const later = names.filter((name) => !first.has(name) && !opening.includes(name));
  return {
    size: sizeOf([...first]),
    opening: sizeOf(opening),
    later: sizeOf(later),
    whole: sizeOf(names),
    exports: outputs[entry].exports,
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
const kB = (bytes) => (bytes / 1000).toFixed(2);
const ours = { client: rows[0].size, react: rows[1].size };
table(
  "kB, minified by esbuild, gzip 9, React left out",
  [
    "import",
    "at once",
    "while it opens",
    "when needed",
    "all",
    "to our client",
    "to ours with hooks",
  ],
  rows.map(({ title, size, opening, later, whole }) => [
    title,
    kB(size),
    opening ? kB(opening) : "–",
    later ? kB(later) : "–",
    kB(whole),
    ratio(size, ours.client),
    ratio(size, ours.react),
  ]),
);
machine();
