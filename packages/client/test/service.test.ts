import { readFileSync } from "node:fs";
import { FakeNetwork, type FakeSocket } from "@telltale/testkit/fake-network";
import { init, message, metrics } from "@telltale/testkit/sample";
import { describe, expect, it } from "vitest";
import {
  CallbackError,
  ConnectionError,
  createWebSocketService,
  ProtocolError,
  type WebSocketConfig,
  type WebSocketHandlers,
  type WebSocketService,
} from "../src/index.ts";

interface Scene {
  network: FakeNetwork;
  service: WebSocketService;
  log: string[];
}

function scene(
  config: Partial<WebSocketConfig> = {},
  handlers: WebSocketHandlers = {},
  network: FakeNetwork = new FakeNetwork(),
): Scene {
  const log: string[] = [];
  const service = createWebSocketService(
    { url: "ws://server.example/metrics/stream", ...config },
    {
      onConnect: () => log.push("connect"),
      onDisconnect: (reason) => log.push(`disconnect: ${reason}`),
      onError: (error) => log.push(`${error.name}: ${error.message}`),
      onReconnecting: (attempt) => log.push(`reconnecting ${attempt}`),
      onReconnected: () => log.push("reconnected"),
      onMaxReconnectAttemptsReached: () => log.push("gave up"),
      ...handlers,
    },
    network.env(),
  );
  return { network, service, log };
}

function connected(config: Partial<WebSocketConfig> = {}, handlers: WebSocketHandlers = {}): Scene {
  const made = scene(config, handlers);
  made.network.clock.advance(1);
  expect(made.service.getState()).toBe("CONNECTED");
  return made;
}

describe("callbacks", () => {
  it("tell the story of an outage in order", () => {
    const { network, log } = connected();
    network.last.end(1012, "restarting");
    network.clock.advance(2_000);
    expect(log).toEqual([
      "connect",
      "disconnect: restarting (1012)",
      "reconnecting 1",
      "connect",
      "reconnected",
    ]);
  });

  it("tell once per outage that the server cannot be reached, and count the attempts", () => {
    const network = new FakeNetwork();
    network.serve = (socket) => socket.end(1006);
    const { log, service } = scene({ maxReconnectAttempts: 3 }, {}, network);
    network.clock.advance(60_000);
    expect(log).toEqual([
      "ConnectionError: Cannot connect to ws://server.example/metrics/stream: Connection lost (1006)",
      "reconnecting 1",
      "reconnecting 2",
      "reconnecting 3",
      "gave up",
    ]);
    expect(service.getState()).toBe("CLOSED");
    expect(network.sockets).toHaveLength(4);
    service.connect();
    network.serve = (socket) => socket.accept();
    network.clock.advance(1_000);
    expect(service.isConnected()).toBe(true);
  });

  it("that throw harm nobody and are reported", () => {
    const errors: Error[] = [];
    const boom = (): void => {
      throw new Error("boom");
    };
    const { network, service } = connected(
      {},
      {
        onConnect: boom,
        onError: (error) => {
          errors.push(error);
          boom();
        },
      },
    );
    const seen: unknown[] = [];
    service.subscribe("custom", boom);
    service.subscribe("custom", (data) => seen.push(data));
    network.last.push(message("custom", 1));
    expect(seen).toEqual([1]);
    expect(errors.map((error) => error instanceof CallbackError)).toEqual([true, true]);
    expect(service.isConnected()).toBe(true);
  });

  it("may move the connection on: what is no longer true is not told", () => {
    const network = new FakeNetwork();
    const told: string[] = [];
    const service = createWebSocketService(
      { url: "ws://server.example/" },
      {
        onConnect: () => {
          told.push("connect");
          if (network.sockets.length === 2) service.disconnect();
        },
        onDisconnect: (reason) => told.push(reason),
        onReconnected: () => told.push("reconnected"),
      },
      network.env(),
    );
    network.clock.advance(1);
    network.last.end();
    network.clock.advance(2_000);
    expect(told).toEqual([
      "connect",
      "Connection lost (1006)",
      "connect",
      "Disconnected by the client (1000)",
    ]);
    expect([service.getState(), network.live]).toEqual(["DISCONNECTED", 0]);
  });
});

describe("what can never work", () => {
  it.each([
    [{ url: "" }, "config.url: expected a URL"],
    [{ url: "ws://[" }, "Invalid URL"],
    [{ reconnectInterval: -1 }, "config.reconnectInterval: expected a number of at least 1"],
    [{ heartbeatTimeout: Number.NaN }, "config.heartbeatTimeout"],
  ])("%j is an error with its reason, and no attempt", (config, reason) => {
    const { service, network, log } = scene(config);
    network.clock.advance(60_000);
    expect(service.getState()).toBe("ERROR");
    expect(service.getConnectionInfo().lastError?.message).toContain(reason);
    expect(log).toHaveLength(1);
    expect(network.sockets).toHaveLength(0);
    expect(network.clock.timers + network.clock.listeners).toBe(0);
  });

  it("is forgiven when the configuration is put right", () => {
    const { service, network } = scene({ reconnectInterval: -1 });
    service.configure({ url: "ws://server.example/metrics/stream" });
    network.clock.advance(1);
    expect(service.isConnected()).toBe(true);
  });

  it("ends in ERROR when the server says so", () => {
    const { network, service, log } = connected();
    network.last.end(4003, "forbidden");
    network.clock.advance(600_000);
    expect(service.getState()).toBe("ERROR");
    expect(log.slice(1)).toEqual([
      expect.stringContaining("forbidden (4003)"),
      "disconnect: forbidden (4003)",
    ]);
    expect(service.getConnectionInfo().lastError).toMatchObject({ code: 4003 });
    expect(network.sockets).toHaveLength(1);
  });
});

describe("connect and disconnect", () => {
  it("at any moment leave what was last asked for", () => {
    for (const moment of [0, 1, 5, 500, 1_500]) {
      const network = new FakeNetwork();
      let n = 0;
      network.serve = (socket) => (n++ === 0 ? socket.end(1006) : socket.accept());
      const { service } = scene({}, {}, network);
      network.clock.advance(moment);
      service.disconnect();
      service.disconnect();
      expect(service.getState()).toBe("DISCONNECTED");
      expect([network.live, network.clock.listeners]).toEqual([0, 0]);
      network.clock.advance(60_000);
      expect([service.getState(), network.live]).toEqual(["DISCONNECTED", 0]);
      service.connect();
      service.connect();
      network.clock.advance(60_000);
      expect([service.getState(), network.live]).toEqual(["CONNECTED", 1]);
    }
  });

  it("retry at once when a wait is under way", () => {
    const { network, service } = connected();
    network.last.end();
    expect(service.getState()).toBe("RECONNECTING");
    service.connect();
    network.clock.advance(1);
    expect(service.isConnected()).toBe(true);
  });

  it("[C3] destroy leaves no timer, no listener and no socket, in every state", () => {
    const prepare: ((made: Scene) => void)[] = [
      () => {},
      ({ network }) => network.last.end(),
      ({ network }) => network.last.end(4000),
      ({ network }) => network.last.push(message("init", init())),
      ({ network }) => network.last.push(message("metrics_update", metrics())),
      ({ network }) =>
        network.last.push(
          message("notice", { code: "going_away", message: "", after_ms: 9, spread_ms: 9 }),
        ),
      ({ service }) => service.disconnect(),
    ];
    for (const step of prepare) {
      const made = connected();
      step(made);
      const { service, network, log } = made;
      service.destroy();
      expect([network.live, network.clock.timers, network.clock.listeners]).toEqual([0, 0, 0]);
      log.length = 0;
      service.connect();
      network.clock.advance(600_000);
      expect([log, network.live]).toEqual([[], 0]);
    }
  });

  it("in the middle of a batch spare the callbacks the rest of it", () => {
    const { network, service } = connected();
    const seen: unknown[] = [];
    service.subscribe("custom", (data) => {
      seen.push(data);
      service.disconnect();
    });
    network.last.push([message("custom", 1), message("custom", 2)]);
    expect(seen).toEqual([1]);
  });

  it("give up on a socket that hangs in the opening", () => {
    const network = new FakeNetwork();
    network.serve = () => {};
    const { service } = scene({}, {}, network);
    network.clock.advance(10_001);
    expect(service.getState()).toBe("RECONNECTING");
    expect(network.sockets[0]?.closedByClient).toBeDefined();
    network.serve = (socket) => socket.accept();
    network.clock.advance(2_000);
    expect(service.isConnected()).toBe(true);
  });
});

describe("a token", () => {
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

  it("is asked for once when the server refuses the old one, and presented where it is taken", async () => {
    let asked = 0;
    const { network, service } = connected({ getToken: async () => `token-${++asked}` });
    network.last.end(4101, "expired");
    await turn();
    network.clock.advance(1);
    network.last.push(message("init", init({ capabilities: ["auth"] })));
    await turn();
    expect(network.last.sent("auth").map((one) => one.data)).toEqual([{ token: "token-1" }]);
    network.last.end(4101, "expired");
    await turn();
    expect([asked, service.getState()]).toEqual([1, "ERROR"]);
  });

  it("that cannot be had is an error", async () => {
    const getToken = () => Promise.reject(new Error("no session"));
    const { network, service } = connected({ getToken });
    network.last.end(4101);
    await turn();
    expect(service.getState()).toBe("ERROR");
    expect(service.getConnectionInfo().lastError?.message).toContain("no session");
  });

  it("that comes too late changes nothing", async () => {
    const supply: ((token: string) => void)[] = [];
    const getToken = () => new Promise<string>((resolve) => supply.push(resolve));
    const { network, service } = connected({ getToken });
    network.last.end(4101);
    service.disconnect();
    service.connect();
    network.clock.advance(1);
    network.last.end(4101);
    supply[0]?.("of the first outage");
    await turn();
    network.clock.advance(1);
    expect([service.getState(), network.live]).toEqual(["RECONNECTING", 0]);
    supply[1]?.("of the second");
    await turn();
    network.clock.advance(1);
    network.last.push(message("init", init({ capabilities: ["auth"] })));
    await turn();
    expect(network.last.sent("auth").map((one) => one.data)).toEqual([{ token: "of the second" }]);
  });

  it("never reaches the debug log", async () => {
    const { network } = connected({ debug: true, getToken: () => "secret-token" });
    network.last.push(message("init", init({ capabilities: ["auth"] })));
    await turn();
    expect(network.last.sent("auth")).toHaveLength(1);
    expect(JSON.stringify(network.clock.logged)).not.toContain("secret-token");
  });
});

describe("send", () => {
  it("sends nothing before the server has shown that it listens", () => {
    const { network, service } = connected();
    expect(service.send("custom", { n: 1 })).toEqual({ status: "queued" });
    network.last.push(message("metrics_update", metrics()));
    expect(network.last.received).toEqual([]);
    network.last.push(message("init", init({ capabilities: ["hello", "custom"] })));
    expect(network.last.received.map((text) => JSON.parse(text).type)).toEqual(["hello", "custom"]);
    expect(service.send("custom")).toEqual({ status: "sent" });
  });

  it("tells what will not be sent, and why", () => {
    const { network, service, log } = connected();
    service.send("queued_but_unwanted");
    network.last.push(message("init", init({ capabilities: [] })));
    expect(log).toContainEqual(expect.stringContaining('not act on "queued_but_unwanted"'));
    expect(service.send("pause", {})).toEqual({
      status: "refused",
      reason: 'The server does not act on "pause"',
    });
    const circle: { self?: unknown } = {};
    circle.self = circle;
    expect(service.send("custom", circle)).toMatchObject({
      status: "refused",
      reason: expect.stringContaining("JSON"),
    });
    service.disconnect();
    expect(service.send("pause", {})).toEqual({
      status: "refused",
      reason: "The connection is DISCONNECTED",
    });
    expect(network.last.received).toEqual([]);
  });

  it("keeps a hundred messages through an outage, and says so when it cannot keep more", () => {
    const { network, service } = connected();
    network.last.end();
    const results = Array.from({ length: 101 }, (_, n) => service.send("custom", n).status);
    expect(results.filter((status) => status === "queued")).toHaveLength(100);
    expect(results.at(-1)).toBe("refused");
    network.clock.advance(2_000);
    network.last.push(message("init", init({ capabilities: ["custom"] })));
    expect(network.last.sent("custom").map((one) => one.data)).toEqual(
      Array.from({ length: 100 }, (_, n) => n),
    );
  });

  it("greets with who it is, and that it takes batches", () => {
    const { network } = connected();
    network.last.push(message("init", init()));
    const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
    expect(network.last.sent("hello")[0]?.data).toEqual({
      client: { name: "@telltale/client", version: manifest.version },
      batch: true,
    });
  });
});

describe("what it tells about itself", () => {
  it("counts messages and bytes as they are on the wire", () => {
    const { network, service } = connected();
    const text = JSON.stringify(message("custom", "grüße 👋"));
    network.last.push(`[${text},${text}]`);
    const info = service.getConnectionInfo();
    expect(info.messageCount).toBe(2);
    expect(info.bytesReceived).toBe(Buffer.byteLength(text) * 2 + 3);
    expect(info).toMatchObject({
      state: "CONNECTED",
      transport: "websocket",
      latency: null,
      lastError: null,
      nextAttemptAt: null,
      reconnectAttempts: 0,
      bytesSent: 0,
      connectedAt: network.clock.now(),
      lastFrameAt: network.clock.now(),
    });
  });

  it("measures the round trip soon after a server that listens has greeted", () => {
    const { network, service } = connected();
    network.last.push(message("init", init()));
    network.clock.advance(500);
    const [ask] = network.last.sent("heartbeat");
    network.clock.advance(42);
    network.last.push(message("pong", { ...ask?.data, server_time: 0 }));
    expect(service.getConnectionInfo().latency).toBe(42);
    network.last.push(message("pong", { client_time: 1, server_time: 0 }));
    expect(service.getConnectionInfo().latency).toBe(42);
  });

  it("names the next attempt and the reason of the last failure", () => {
    const { network, service } = connected();
    network.last.end(1011, "internal");
    const { nextAttemptAt, lastError, reconnectAttempts } = service.getConnectionInfo();
    const wait = (nextAttemptAt ?? 0) - network.clock.now();
    expect(wait).toBeGreaterThanOrEqual(250);
    expect(wait).toBeLessThanOrEqual(1_250);
    expect(lastError).toBeInstanceOf(ConnectionError);
    expect(reconnectAttempts).toBe(1);
  });

  it("surfaces a loss as a notice, to the store and to subscribers", () => {
    const { network, service } = connected();
    const notices: unknown[] = [];
    service.subscribe("notice", (notice) => notices.push(notice.code));
    network.last.push(message("custom", 1, 1));
    network.last.push(message("custom", 2, 5));
    network.clock.advance(100);
    expect(service.store.getState().notices).toMatchObject([
      { code: "gap", count: 3, from: "2", to: "4" },
    ]);
    expect(notices).toEqual(["gap"]);
  });

  it("logs raw messages and states when asked to, and nothing otherwise", () => {
    expect(connected().network.clock.logged).toEqual([]);
    const { network } = connected({ debug: true });
    network.last.push(message("custom", "raw"));
    const lines = network.clock.logged.map((parts) => JSON.stringify(parts));
    expect(lines).toContainEqual(expect.stringContaining("CONNECTED"));
    expect(lines).toContainEqual(expect.stringContaining("raw"));
  });

  it("reports a message it cannot use as a ProtocolError with its path, and lives on", () => {
    const errors: Error[] = [];
    const { network, service } = connected({}, { onError: (error) => errors.push(error) });
    network.last.push(message("metrics_update", { ...metrics(), error_rate: "low" }));
    network.clock.advance(100);
    expect(errors[0]).toBeInstanceOf(ProtocolError);
    expect(errors[0]).toMatchObject({ type: "metrics_update", path: "data.error_rate" });
    expect(service.store.getState().metrics).toBeNull();
    expect(service.isConnected()).toBe(true);
  });
});

describe("configure", () => {
  it("reconnects, with an empty store, for a new URL only", () => {
    const { network, service } = connected();
    network.last.push(message("metrics_update", metrics()));
    network.clock.advance(100);
    service.configure({ url: "ws://server.example/metrics/stream", debug: true });
    expect(network.sockets).toHaveLength(1);
    service.configure({ url: "ws://other.example/" });
    expect(service.store.getState().metrics).toBeNull();
    network.clock.advance(1);
    expect(network.sockets.map((socket: FakeSocket) => socket.url)).toEqual([
      "ws://server.example/metrics/stream",
      "ws://other.example/",
    ]);
    expect(network.live).toBe(1);
  });

  it("leaves a service alone that is not connected", () => {
    const { network, service } = scene({ autoConnect: false });
    service.configure({ url: "ws://other.example/" });
    network.clock.advance(60_000);
    expect(network.sockets).toHaveLength(0);
  });
});
