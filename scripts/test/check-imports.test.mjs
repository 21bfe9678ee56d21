import { describe, expect, it } from "vitest";
import { check, importsOf } from "../check-imports.mjs";

const faults = (sources) => check(new Map(Object.entries(sources)));
const telltale = (name) => `packages/telltale/src/${name}`;

describe("imports of a source text", () => {
  it("finds every form, with its line, and none in comments", () => {
    const text = [
      'import a from "./a.ts";',
      "import {",
      "  b,",
      "  type B,",
      '} from "./b.ts";',
      'export * from "./c.ts";',
      'import "./d.css";',
      'const e = await import("./e.ts");',
      'import type { F } from "f";',
      '// import g from "./g.ts";',
      '/* import h from "./h.ts"; */',
    ].join("\n");
    expect(importsOf(text)).toEqual([
      { target: "./a.ts", line: 1, typeOnly: false },
      { target: "./b.ts", line: 5, typeOnly: false },
      { target: "./c.ts", line: 6, typeOnly: false },
      { target: "./d.css", line: 7, typeOnly: false },
      { target: "./e.ts", line: 8, typeOnly: false },
      { target: "f", line: 9, typeOnly: true },
    ]);
  });
});

describe("a violation of each rule is found", () => {
  it.each([
    ["a package below", "packages/client/src/a.ts", 'import "@telltale/react";'],
    ["a sibling package by path", "packages/client/src/a.ts", 'import "../../react/src/b.ts";'],
    ["the client outside the CLI", telltale("server.ts"), 'import "@telltale/client";'],
    ["a floor above", telltale("event.ts"), 'import "./pipeline.ts";'],
    ["a room beside", telltale("ingest/native.ts"), 'import "../live/state.ts";'],
    ["the server from a route", telltale("http/a.ts"), 'import "../server.ts";'],
    ["an engine outside its room", telltale("live/a.ts"), 'import "@duckdb/node-api";'],
    ["sockets outside their room", telltale("http/a.ts"), 'import { WebSocket } from "ws";'],
    ["an adapter's room", telltale("http/a.ts"), 'import "../history/duckdb/open.ts";'],
    ["a file without a floor", telltale("stuff.ts"), ""],
    ["a raw timer", "packages/client/src/a.ts", "setTimeout(f, 1);"],
    ["raw chance", "packages/client/src/a.ts", "Math.random();"],
  ])("%s", (_, file, text) => {
    expect(faults({ [file]: text })).toHaveLength(1);
  });

  it("but not the sockets of a command that connects", () => {
    expect(faults({ [telltale("cli/tail/a.ts")]: 'import { WebSocket } from "ws";' })).toEqual([]);
  });

  it("a circle", () => {
    const circle = {
      "packages/protocol/src/a.ts": 'import "./b.ts";',
      "packages/protocol/src/b.ts": 'import "./c.ts";',
      "packages/protocol/src/c.ts": 'import "./a.ts";',
    };
    expect(faults(circle)).toHaveLength(1);
  });
});

it("what the rules allow is not reported", () => {
  expect(
    faults({
      "packages/client/src/env.ts": "setTimeout(f, 1); Date.now(); Math.random();",
      "packages/react/src/a.ts": 'import "@telltale/client";',
      "apps/dashboard/src/a.tsx": 'import { useRealtimeMetrics } from "@/services";',
      "apps/dashboard/src/services/index.ts": 'export * from "@telltale/react";',
      [telltale("cli/tail.ts")]: 'import "@telltale/client"; import "../server.ts";',
      [telltale("server.ts")]: 'import "./history/duckdb/open.ts";\nimport "./http/routes.ts";',
      [telltale("history/duckdb/open.ts")]: 'import "@duckdb/node-api";\nimport "../store.ts";',
      [telltale("live/state.ts")]: 'import "../history/store.ts";\nimport "../event.ts";',
      [telltale("http/app.ts")]: 'import type { Door } from "../stream/websocket.ts";',
      [telltale("stream/websocket.ts")]: 'import { WebSocketServer } from "ws";',
    }),
  ).toEqual([]);
});
