import { FakeNetwork } from "@telltale/testkit/fake-network";
import { init, message, metrics } from "@telltale/testkit/sample";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { WebSocketConfig, WebSocketHandlers } from "../src/index.ts";

type Client = typeof import("../src/index.ts");

let network: FakeNetwork;
let client: Client;

/** The package as a page has it that has just loaded: without the code that reads a stream. */
beforeEach(async () => {
  vi.resetModules();
  network = new FakeNetwork();
  client = await import("../src/index.ts");
});

afterEach(() => vi.doUnmock("../src/reader.ts"));

function connect(config: Partial<WebSocketConfig> = {}, handlers: WebSocketHandlers = {}) {
  return client.createWebSocketService({ url: "ws://s/", ...config }, handlers, network.env());
}

/** Lets the code come, and time pass. */
async function load(ms = 10): Promise<void> {
  await client.preload().catch(() => {});
  await network.pass(ms);
}

it("[C26] the socket opens at once, and what comes before its reader is delivered in order", async () => {
  const errors: string[] = [];
  const service = connect({}, { onError: (error) => errors.push(error.message) });
  const seen: unknown[] = [];
  service.subscribe("custom", (data) => seen.push(data));
  network.clock.advance(10);
  network.last.push(message("metrics_update", metrics()));
  network.last.push(message("custom", 1, 7));
  network.last.push(message("metrics_update", { total_requests: "many" }, 8));
  network.last.push(message("custom", 2, 9));
  expect([service.getState(), service.store.getState().metrics, seen]).toEqual([
    "CONNECTING",
    null,
    [],
  ]);
  await load(20);
  expect(network.sockets).toHaveLength(1);
  expect([service.getState(), seen]).toEqual(["CONNECTED", [1, 2]]);
  expect(service.store.getState().metrics).toEqual(metrics());
  expect(errors).toEqual([
    "metrics_update: expected number at data.total_requests, received string",
  ]);
  expect(service.getConnectionInfo()).toMatchObject({ messageCount: 3 });
  network.last.push(message("custom", 3, 10));
  expect(seen).toEqual([1, 2, 3]);
});

it("[C26] a socket that ends before its reader is there is an attempt that failed", async () => {
  const attempts: number[] = [];
  const service = connect({}, { onReconnecting: (attempt) => attempts.push(attempt) });
  network.clock.advance(10);
  network.last.push(message("metrics_update", metrics()));
  network.last.end(1001);
  await load(20);
  expect([service.getState(), attempts]).toEqual(["RECONNECTING", [1]]);
  expect(service.store.getState().metrics).toEqual(metrics());
  await network.pass(1_300);
  expect([service.getState(), network.sockets.length]).toEqual(["CONNECTED", 2]);
});

it("[C26] code that cannot be loaded is told, and asked for again with the next attempt", async () => {
  vi.doMock("../src/reader.ts", () => {
    throw new Error("offline");
  });
  const errors: string[] = [];
  const service = connect({}, { onError: (error) => errors.push(error.message) });
  await load();
  expect(service.getState()).toBe("RECONNECTING");
  expect(errors).toHaveLength(1);
  expect(errors[0]).toContain("The client could not be loaded");
  expect(network.live).toBe(0);
  vi.doUnmock("../src/reader.ts");
  await network.pass(1_300);
  await load();
  expect(service.getState()).toBe("CONNECTED");
  expect(network.live).toBe(1);
});

it("[C26] what is sent meanwhile waits for a server that listens", async () => {
  const service = connect();
  expect(service.send("resume", {})).toEqual({ status: "queued" });
  expect(service.send("own", 1n)).toMatchObject({ status: "refused" });
  for (let n = 1; n < 100; n++) service.send("own", n);
  expect(service.send("own", 100)).toMatchObject({ status: "refused" });
  await load();
  expect(network.last.received).toEqual([]);
  network.last.push(message("init", { ...init(), capabilities: ["resume"] }));
  expect(network.last.sent("resume")).toHaveLength(1);
});

it("in Node nothing waits for code", async () => {
  client = await import("../src/node.ts");
  const service = connect();
  network.clock.advance(10);
  expect(service.isConnected()).toBe(true);
});

it("[C3] leaves nothing behind that is ended before its code is there", async () => {
  const service = connect();
  network.clock.advance(10);
  service.destroy();
  await load();
  expect([service.getState(), network.live, network.clock.timers]).toEqual(["DISCONNECTED", 0, 0]);
});

it("[C26] a subscription or an address that changes meanwhile is the one that counts", async () => {
  const service = connect();
  network.clock.advance(10);
  service.configure({ url: "ws://other/" });
  network.clock.advance(10);
  service.setSubscription({ models: ["a"] });
  await load();
  expect(network.live).toBe(1);
  expect(network.last.url).toBe("ws://other/");
  network.last.push(message("init", { ...init(), capabilities: ["subscribe"] }));
  expect(network.last.sent("subscribe")).toMatchObject([{ data: { models: ["a"] } }]);
});

it.each([
  [{ url: "" }, "config.url: expected a URL"],
  [{ reconnectInterval: -1 }, "config.reconnectInterval: expected a number of at least 1"],
  [{ url: "http://[" }, "Invalid URL"],
])("says what is wrong with %j, and lets go of the socket", async (config, reason) => {
  const service = connect(config);
  await load();
  expect(service.getState()).toBe("ERROR");
  expect(service.getConnectionInfo().lastError?.message).toContain(reason);
  expect(network.live).toBe(0);
});
