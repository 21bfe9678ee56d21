import { once } from "node:events";
import { init, message, metrics } from "@telltale/testkit/sample";
import { afterEach, expect, it, vi } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { streamAddress } from "../src/address.ts";
import { createWebSocketService, type WebSocketService } from "../src/index.ts";

const open: { service?: WebSocketService; server?: WebSocketServer } = {};

afterEach(async () => {
  open.service?.destroy();
  for (const socket of open.server?.clients ?? []) socket.terminate();
  await new Promise((resolve) => open.server?.close(resolve) ?? resolve(undefined));
});

async function serve(port = 0): Promise<{ server: WebSocketServer; url: string }> {
  const server = new WebSocketServer({ host: "127.0.0.1", port });
  open.server = server;
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("no port");
  return { server, url: `ws://127.0.0.1:${address.port}/metrics/stream` };
}

it("takes http and ws, absolute and relative forms of the same URL, over every transport", () => {
  const base = "https://app.example/dashboard/";
  const forms = (url: string, from?: string): string[] =>
    (["websocket", "sse"] as const).map((name) =>
      streamAddress({ url, subscription: undefined }, from, name, undefined, true),
    );
  expect(forms("ws://h:1/s")).toEqual(["ws://h:1/s", "http://h:1/s"]);
  expect(forms("http://h:1/s")).toEqual(["ws://h:1/s", "http://h:1/s"]);
  expect(forms("https://h/s?a=b#c")).toEqual(["wss://h/s?a=b", "https://h/s?a=b"]);
  expect(forms("wss://h/s")).toEqual(["wss://h/s", "https://h/s"]);
  expect(forms("/metrics/stream", base)[0]).toBe("wss://app.example/metrics/stream");
  expect(forms("stream", base)[1]).toBe("https://app.example/dashboard/stream");
});

it("says what to do where there is no WebSocket", async () => {
  const errors: string[] = [];
  createWebSocketService(
    { url: "ws://127.0.0.1:9/" },
    { onError: (error) => errors.push(error.message) },
    { webSocket: () => undefined },
  );
  await vi.waitFor(() => expect(errors[0]).toContain("env.webSocket"));
});

// The guide's FastAPI backend: accepts, pushes, counts from 0 on each connection, never reads.
it("stays with a server that only pushes, through its restart, without sending a byte", async () => {
  const received: unknown[] = [];
  const push = (server: WebSocketServer): void => {
    server.on("connection", (socket) => {
      let sequence = 0;
      socket.on("message", (data) => received.push(data));
      const timer = setInterval(() => {
        socket.send(JSON.stringify(message("metrics_update", metrics(), sequence++)));
      }, 5);
      socket.on("close", () => clearInterval(timer));
    });
  };
  const first = await serve();
  push(first.server);
  const told: string[] = [];
  const counts: number[] = [];
  let arrived: () => void = () => {};
  const service = createWebSocketService(
    { url: first.url, reconnectInterval: 20 },
    { onReconnected: () => told.push("reconnected"), onError: (error) => told.push(error.message) },
    { webSocket: () => WebSocket },
  );
  open.service = service;
  service.subscribe("metrics_update", (_data, { sequence }) => {
    counts.push(sequence ?? -1);
    arrived();
  });
  const until = (ready: () => boolean): Promise<void> =>
    new Promise((resolve) => {
      arrived = () => ready() && resolve();
      arrived();
    });
  await until(() => counts.length >= 3);

  const { port } = new URL(first.url);
  for (const socket of first.server.clients) socket.terminate();
  await new Promise((resolve) => first.server.close(resolve));
  const second = await serve(Number(port));
  push(second.server);
  const before = counts.length;
  await until(() => counts.length >= before + 3);

  expect(counts.slice(before, before + 3)).toEqual([0, 1, 2]);
  expect(told).toEqual(["reconnected"]);
  expect(received).toEqual([]);
  expect(service.getConnectionInfo().bytesSent).toBe(0);
  expect(service.store.getState().notices).toEqual([]);
});

it("greets a server that listens, takes its batches and measures the way", async () => {
  const { server, url } = await serve();
  server.on("connection", (socket) => {
    socket.send(JSON.stringify(message("init", init(), 0)));
    socket.on("message", (text) => {
      const { type, data } = JSON.parse(String(text));
      const pong = message("pong", { client_time: data.client_time, server_time: Date.now() }, 1);
      if (type === "heartbeat") {
        socket.send(JSON.stringify([pong, message("metrics_update", metrics(), 2)]));
      }
    });
  });
  const service = createWebSocketService({ url }, {}, { webSocket: () => WebSocket });
  open.service = service;
  await new Promise<void>((resolve) => void service.subscribe("metrics_update", () => resolve()));
  expect(service.getConnectionInfo().latency).toBeGreaterThanOrEqual(0);
  expect(service.getConnectionInfo().bytesSent).toBeGreaterThan(0);
});
