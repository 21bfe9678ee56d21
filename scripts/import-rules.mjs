/** Which workspace may import which others. The private test kit may import anything. */
export const workspaces = {
  "packages/protocol": [],
  "packages/client": ["@telltale/protocol"],
  "packages/react": ["@telltale/client", "@telltale/protocol"],
  "packages/telltale": ["@telltale/protocol"],
  "packages/testkit": ["@telltale/protocol", "@telltale/client", "telltale"],
  "apps/dashboard": ["@telltale/react", "@telltale/client", "@telltale/protocol"],
};

/** Exceptions: these directories may import these workspaces as well. */
export const alsoAllowed = {
  "packages/telltale/src/cli/": ["@telltale/client"],
};

/**
 * The floors of the server, lowest first. A file imports from its own room (the entry it belongs to)
 * and from floors below. The longest matching entry decides; a file without one is an error, so that
 * a new room has to be given its place here.
 */
export const floors = [
  [
    "event",
    "engine-sample",
    "given-name",
    "id-hash",
    "ids/port",
    "late",
    "package-info",
    "queue",
    "whole-file",
  ],
  ["pricing", "wire", "enrich", "intake", "history/store", "bus/port"],
  ["access/limits", "access/proxies", "access/secret"],
  ["access/credentials"],
  ["ingest", "live", "history", "ids", "bus", "host", "settings"],
  ["pipeline", "recall", "access"],
  ["stream", "alerts"],
  ["config"],
  ["http"],
  ["project"],
  ["server", "index"],
  ["cli"],
];

/** Rooms that put the others together; they alone choose an adapter. */
export const composition = ["server", "project"];

/**
 * Engines and sockets: imported only by their own room, and the room only by itself and those that put
 * everything together; the types of its surface may be named above. The rooms of `alsoIn` use the package by themselves.
 */
export const adapters = [
  { package: "@duckdb/", room: "history/duckdb" },
  { package: "@clickhouse/", room: "history/clickhouse" },
  { package: "@nats-io/", room: "bus/nats" },
  { package: "ws", room: "stream/websocket", alsoIn: ["cli/tail", "cli/doctor"] },
];

/** In the client, time and chance come in through `env.ts` only. */
export const raw = {
  directory: "packages/client/src/",
  except: ["packages/client/src/env.ts"],
  pattern:
    /\b(?:setTimeout|setInterval|requestAnimationFrame|Date\.now|performance\.now|Math\.random)\b/g,
};
