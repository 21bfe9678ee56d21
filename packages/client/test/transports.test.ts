import { FakeNetwork } from "@telltale/testkit/fake-network";
import { EVENT, FakeStream } from "@telltale/testkit/fake-stream";
import { message, metrics } from "@telltale/testkit/sample";
import { describe, expect, it } from "vitest";
import { createWebSocketService, type TransportName, type WebSocketConfig } from "../src/index.ts";
// Loaded before time begins: what the client loads later is then there within a turn.
import { loadFallback } from "../src/transport/load-fallback.ts";

await loadFallback();

function scene(config: Partial<WebSocketConfig> = {}) {
  const network = new FakeNetwork();
  const stream = new FakeStream(network);
  const seen: unknown[] = [];
  const told: string[] = [];
  const service = createWebSocketService(
    { url: "http://server.example/metrics/stream?a=b", ...config },
    {
      onConnect: () => told.push("connect"),
      onDisconnect: () => told.push("disconnect"),
      onReconnected: () => told.push("reconnected"),
      onError: (error) => told.push(error.message),
      onNotice: ({ code }) => told.push(`notice ${code}`),
    },
    network.env(),
  );
  service.subscribe(EVENT, (data) => seen.push(data));
  const all = (): number[] => Array.from({ length: stream.count }, (_, n) => n);
  return { network, stream, service, seen, told, all };
}

describe.each<TransportName>(["websocket", "sse", "poll"])("over %s alone", (name) => {
  const alone = { transports: [name] };

  it("a stream is connected, and everything arrives in order", async () => {
    const { network, stream, service, seen, told, all } = scene(alone);
    expect(service.getState()).toBe("CONNECTING");
    await network.pass(100);
    expect(service.getConnectionInfo()).toMatchObject({ state: "CONNECTED", transport: name });
    for (let n = 0; n < 20; n++) {
      stream.emit(n % 3);
      await network.pass(130);
    }
    await network.pass(1_000);
    expect(seen).toEqual(all());
    expect(told).toEqual(["connect"]);
    expect(service.getConnectionInfo().bytesReceived).toBeGreaterThan(0);
    service.destroy();
  });

  it("an outage is bridged: what came meanwhile arrives once, and nothing twice", async () => {
    const { network, stream, service, seen, told, all } = scene(alone);
    await network.pass(100);
    stream.emit(3);
    await network.pass(200);
    stream.passage[name] = "refused";
    stream.cut();
    for (const request of network.http.requests) request.cut();
    stream.emit(2);
    await network.pass(5_000);
    expect(service.getState()).toBe("RECONNECTING");
    stream.passage[name] = "open";
    await network.pass(40_000);
    stream.emit();
    await network.pass(500);
    expect(seen).toEqual(all());
    expect(told.filter((line) => !line.startsWith("Cannot"))).toEqual([
      "connect",
      "disconnect",
      "connect",
      "reconnected",
    ]);
  });

  it("a connection that is lost in the middle of a flush is gone on with without repeats", async () => {
    const { network, stream, seen, all } = scene(alone);
    await network.pass(100);
    stream.tear(3);
    await network.pass(900);
    if (name !== "poll") expect(seen).toEqual([0]);
    await network.pass(4_000);
    expect(seen).toEqual(all());
  });

  it("a server that cannot go on says so, and gives the state as it stands", async () => {
    const { network, stream, service, seen, told } = scene(alone);
    await network.pass(100);
    stream.epoch = "another";
    stream.emit(1);
    stream.cut();
    for (const request of network.http.requests) request.cut();
    await network.pass(3_000);
    expect(told).toContain("notice gap");
    expect(service.store.getState().notices).toMatchObject([{ code: "gap" }]);
    expect(seen.length).toBeLessThanOrEqual(1);
  });

  it("destroy leaves nothing behind, at any moment", async () => {
    for (const moment of [0, 1, 3, 20, 700]) {
      const { network, stream, service, told } = scene(alone);
      await network.pass(moment);
      stream.emit();
      service.destroy();
      const before = told.length;
      await network.pass(60_000);
      expect([network.live, network.http.live, network.clock.timers]).toEqual([0, 0, 0]);
      expect([service.getState(), told.length]).toEqual(["DISCONNECTED", before]);
    }
  });

  it("an attempt that hangs is given up after ten seconds", async () => {
    const { network, service } = scene(alone);
    network.serve = () => {};
    network.http.serve = () => {};
    await network.pass(9_900);
    expect(service.getState()).toBe("CONNECTING");
    await network.pass(200);
    expect(service.getState()).toBe("RECONNECTING");
    expect([network.live, network.http.live]).toEqual([0, 0]);
  });

  it("a link that falls silent is noticed", async () => {
    const { network, stream, service } = scene(alone);
    for (let n = 0; n < 5; n++) {
      stream.emit();
      await network.pass(1_100);
    }
    for (const socket of network.sockets) socket.freeze();
    network.serve = () => {};
    network.http.serve = () => {};
    stream.passage.sse = "mute";
    for (const request of network.http.requests) request.write = () => {};
    await network.pass(61_000);
    expect(service.getState()).toBe("RECONNECTING");
  });

  it("a changed subscription is asked for, and its state replaces what there was", async () => {
    const { network, service } = scene(alone);
    await network.pass(100);
    service.setSubscription({ models: ["a", "b"], filter: { status: ["error"] }, intervalMs: 500 });
    await network.pass(100);
    const asked =
      name === "websocket"
        ? JSON.stringify(network.last.sent("subscribe").at(-1)?.data)
        : network.http.last.url.search;
    expect(asked).toBe(
      name === "websocket"
        ? '{"models":["a","b"],"filter":{"status":["error"]},"interval_ms":500,"replace":true}'
        : `?a=b&models=a%2Cb&status=error&interval_ms=500${name === "poll" ? "&since=life%3A0&wait=25" : ""}`,
    );
    expect(service.isConnected()).toBe(true);
  });
});

describe("where no WebSocket gets through", () => {
  it("server-sent events take over after two attempts", async () => {
    const { network, stream, service, seen, all } = scene();
    stream.passage.websocket = "refused";
    await network.pass(3_500);
    expect(network.sockets).toHaveLength(2);
    expect(service.getConnectionInfo()).toMatchObject({ state: "CONNECTED", transport: "sse" });
    stream.emit(3);
    await network.pass(100);
    expect(seen).toEqual(all());
    expect(service.store.getState().connection.transport).toBe("sse");
  });

  it("long polls take over where events do not get through either", async () => {
    for (const passage of ["refused", "mute"] as const) {
      const { network, stream, service, seen, all } = scene();
      stream.passage.websocket = "refused";
      stream.passage.sse = passage;
      await network.pass(14_000);
      expect(service.getConnectionInfo()).toMatchObject({ state: "CONNECTED", transport: "poll" });
      stream.emit(3);
      await network.pass(1_200);
      expect(seen).toEqual(all());
    }
  });

  it("a socket that opens and stays mute is replaced after ten seconds, without a break", async () => {
    const { network, stream, service, told } = scene();
    stream.passage.websocket = "mute";
    await network.pass(9_000);
    expect(service.getConnectionInfo()).toMatchObject({
      state: "CONNECTED",
      transport: "websocket",
    });
    await network.pass(2_000);
    expect(service.getConnectionInfo()).toMatchObject({ state: "CONNECTED", transport: "sse" });
    expect(told).toEqual(["connect"]);
    expect(network.live).toBe(0);
  });

  it("nothing can be sent, and is refused with the reason", async () => {
    const { network, stream, service } = scene();
    stream.passage.websocket = "refused";
    await network.pass(3_500);
    expect(service.send("custom", 1)).toEqual({
      status: "refused",
      reason: 'Only a WebSocket can send; the connection uses "sse" for now',
    });
  });

  it("a WebSocket is tried again every minute, and taken back without a break", async () => {
    const { network, stream, service, seen, told, all } = scene();
    stream.passage.websocket = "refused";
    await network.pass(3_500);
    const before = network.sockets.length;
    for (let n = 0; n < 150; n++) {
      stream.emit();
      await network.pass(1_000);
    }
    expect(network.sockets).toHaveLength(before + 2);
    expect(service.getConnectionInfo().transport).toBe("sse");
    stream.passage.websocket = "open";
    for (let n = 0; n < 40; n++) {
      stream.emit(2);
      await network.pass(1_000);
    }
    expect(service.getConnectionInfo()).toMatchObject({
      state: "CONNECTED",
      transport: "websocket",
    });
    expect(stream.transports).toEqual(["websocket"]);
    expect(network.http.live).toBe(0);
    expect(seen).toEqual(all());
    expect(told.filter((line) => line === "disconnect")).toEqual([]);
    expect(network.last.sent("hello")).toHaveLength(1);
    service.destroy();
    await network.pass(1_000);
    expect([network.live, network.clock.timers]).toEqual([0, 0]);
  });

  it("an idle stream is taken back as well", async () => {
    // It does not send the heartbeats that it promised, and is not to be taken for dead before.
    const { network, stream, service, told } = scene({ heartbeatInterval: 120_000 });
    stream.passage.websocket = "refused";
    await network.pass(3_500);
    stream.passage.websocket = "open";
    await network.pass(61_000);
    expect(service.getConnectionInfo().transport).toBe("websocket");
    expect(told.filter((line) => line === "disconnect")).toEqual([]);
  });

  it("a lost connection comes back over what worked, with what was missed", async () => {
    const { network, stream, service, seen, all } = scene();
    stream.passage.websocket = "refused";
    await network.pass(3_500);
    stream.emit(2);
    await network.pass(100);
    const sockets = network.sockets.length;
    stream.cut();
    stream.emit(2);
    await network.pass(2_000);
    expect(service.getConnectionInfo()).toMatchObject({ state: "CONNECTED", transport: "sse" });
    expect(seen).toEqual(all());
    expect(network.sockets).toHaveLength(sockets);
  });
});

describe("a backend that knows WebSockets only", () => {
  it.each([404, 405, 426, 500])("and answers %i otherwise fares no worse", async (status) => {
    const run = async (config: Partial<WebSocketConfig>) => {
      const made = scene(config);
      const { network } = made;
      network.serve = (socket) => socket.end(1006);
      network.http.serve = (request) => request.respond(status);
      await network.pass(200_000);
      return made;
    };
    const { network, service } = await run({});
    const plain = await run({ transports: ["websocket"] });
    expect(network.sockets.map(({ openedAt }) => openedAt)).toEqual(
      plain.network.sockets.map(({ openedAt }) => openedAt),
    );
    // Two requests a minute at most, where the answer says that asking is in vain.
    if (status !== 500) expect(network.http.requests.length).toBeLessThanOrEqual(8);
    expect(service.getState()).toBe("RECONNECTING");
    network.serve = (socket) => socket.accept();
    await network.pass(40_000);
    expect(service.getConnectionInfo()).toMatchObject({ transport: "websocket" });
  });

  it("and takes its time is left in peace", async () => {
    const { network, service } = scene();
    network.http.serve = (request) => request.respond(200, "text/html", "<!doctype html>");
    network.serve = (socket) => {
      socket.accept();
      socket.every(34_000, () => socket.push(message("metrics_update", metrics())));
    };
    await network.pass(600_000);
    expect(network.sockets).toHaveLength(1);
    expect(network.http.requests.length).toBeLessThanOrEqual(2);
    expect(service.getConnectionInfo().bytesSent).toBe(0);
  });

  it("never sees a position or a subscription in its address", async () => {
    const { network } = scene({ subscription: { models: ["a"] } });
    network.serve = (socket) => {
      socket.accept();
      socket.push({ ...message("metrics_update", metrics()), metadata: { position: "x:1" } });
      network.clock.after(50, () => socket.end(1006));
    };
    await network.pass(20_000);
    expect(network.sockets.length).toBeGreaterThan(3);
    for (const { url, received } of network.sockets) {
      expect([url, received]).toEqual(["ws://server.example/metrics/stream?a=b", []]);
    }
  });
});
