import { FakeNetwork } from "@telltale/testkit/fake-network";
import { init, message, metrics } from "@telltale/testkit/sample";
import { describe, expect, it } from "vitest";
import { createWebSocketService, type WebSocketConfig } from "../src/index.ts";

function connect(network: FakeNetwork, config: Partial<WebSocketConfig> = {}) {
  const service = createWebSocketService(
    { url: "ws://server.example/", ...config },
    {},
    network.env(),
  );
  network.clock.advance(1);
  return service;
}

/** Five messages, so far apart. */
function speak({ clock, last }: FakeNetwork, cadence: number): void {
  for (let n = 0; n < 5; n++) {
    clock.advance(cadence);
    last.push(message("metrics_update", metrics(), n));
  }
}

describe("a server that only pushes", () => {
  it("[C1] is sent nothing and never dropped in ten minutes, at any steady cadence", () => {
    for (const cadence of [100, 1_000, 7_000, 34_000]) {
      const network = new FakeNetwork();
      const service = connect(network);
      let sequence = 0;
      const { last } = network;
      last.every(cadence, () => last.push(message("metrics_update", metrics(), sequence++)));
      network.clock.advance(600_000);
      expect(network.sockets).toHaveLength(1);
      expect(service.getConnectionInfo().bytesSent).toBe(0);
      expect(service.getConnectionInfo().messageCount).toBe(Math.floor(600_000 / cadence));
      service.destroy();
    }
  });

  it("that goes quiet is given up after heartbeatInterval + heartbeatTimeout at the earliest", () => {
    const network = new FakeNetwork();
    connect(network);
    const { last } = network;
    speak(network, 1_000);
    network.clock.advance(34_900);
    expect(network.sockets).toHaveLength(1);
    network.clock.advance(3_000);
    expect(network.sockets).toHaveLength(2);
    expect(last.received).toEqual([]);
  });

  it("that spoke before, and is mute when it is back, is given up as well", () => {
    const network = new FakeNetwork();
    connect(network);
    const { last } = network;
    speak(network, 1_000);
    last.end();
    network.clock.advance(2_000);
    expect(network.sockets).toHaveLength(2);
    network.clock.advance(34_000);
    expect(network.sockets).toHaveLength(2);
    network.clock.advance(4_000);
    expect(network.sockets).toHaveLength(3);
  });

  it("with a slow cadence is given six times that", () => {
    const network = new FakeNetwork();
    connect(network);
    speak(network, 20_000);
    network.clock.advance(119_000);
    expect(network.sockets).toHaveLength(1);
    network.clock.advance(5_000);
    expect(network.sockets).toHaveLength(2);
  });

  it("that speaks only now and then teaches the client patience", () => {
    const network = new FakeNetwork();
    // Two messages on connection, then one every five minutes.
    network.serve = (socket) => {
      socket.accept();
      socket.push(message("metrics_update", metrics()));
      socket.push(message("metrics_update", metrics()));
      socket.every(300_000, () => socket.push(message("metrics_update", metrics())));
    };
    connect(network);
    network.clock.advance(12 * 3_600_000);
    expect(network.sockets.length).toBeLessThan(6);
  });

  it("that has shown no cadence yet is not judged", () => {
    const network = new FakeNetwork();
    connect(network);
    network.clock.advance(3_600_000);
    expect(network.sockets).toHaveLength(1);
  });
});

describe("a server that listens", () => {
  function listening(config: Partial<WebSocketConfig> = {}) {
    const network = new FakeNetwork();
    const service = connect(network, config);
    network.last.push(message("init", init()));
    network.clock.advance(500);
    return { network, service };
  }

  it("[C2] is asked, and given up when nothing at all comes back", () => {
    const { network, service } = listening({ heartbeatInterval: 5_000, heartbeatTimeout: 5_000 });
    network.clock.advance(100);
    network.last.push(message("metrics_update", metrics()));
    network.last.freeze();
    network.clock.advance(10_000);
    expect(service.getState()).toBe("RECONNECTING");
    expect(service.getConnectionInfo().lastError?.message).toContain("Nothing heard for");
  });

  it("is alive as long as anything comes, even what does not parse", () => {
    const { network } = listening({ heartbeatInterval: 5_000, heartbeatTimeout: 5_000 });
    const { last } = network;
    last.every(4_000, () => last.push("not JSON"));
    network.clock.advance(600_000);
    expect(network.sockets).toHaveLength(1);
  });

  it("that answers stays connected for as long as it answers", () => {
    const { network } = listening();
    const { last } = network;
    let answered = 0;
    last.every(1_000, () => {
      const asked = last.sent("heartbeat");
      for (const one of asked.slice(answered)) {
        last.push(message("pong", { ...one.data, server_time: 0 }));
      }
      answered = asked.length;
    });
    network.clock.advance(3_600_000);
    expect(network.sockets).toHaveLength(1);
    expect(answered).toBe(121);
  });

  it("is asked at once when somebody returns to the page", () => {
    const { network } = listening();
    network.clock.advance(1_000);
    network.last.push(message("heartbeat", { server_time: 0, uptime_seconds: 1 }));
    network.clock.advance(5_000);
    const before = network.last.sent("heartbeat").length;
    network.clock.wake("visible");
    expect(network.last.sent("heartbeat")).toHaveLength(before + 1);
  });
});

it("a night's sleep does not make the client patient for a day", () => {
  const network = new FakeNetwork();
  connect(network);
  const { last } = network;
  const push = (): void => last.push(message("metrics_update", metrics()));
  for (let n = 0; n < 5; n++) {
    network.clock.advance(1_000);
    push();
  }
  network.clock.sleep(8 * 3_600_000);
  push();
  last.freeze();
  network.clock.advance(300_000);
  expect(network.sockets.length).toBeGreaterThan(1);
});

it("a dead link is noticed however often somebody looks at the page", () => {
  const network = new FakeNetwork();
  connect(network, { heartbeatInterval: 5_000, heartbeatTimeout: 5_000 });
  network.last.push(message("init", init()));
  network.last.freeze();
  for (let n = 0; n < 6; n++) {
    network.clock.advance(1_000);
    network.clock.wake("visible");
  }
  expect(network.sockets).toHaveLength(2);
});

describe("a timer that fires late", () => {
  it.each([
    ["that only pushes", false],
    ["that listens", true],
  ])("of a server %s first lets the frames be read that queued up meanwhile", (_, listens) => {
    const network = new FakeNetwork();
    const service = connect(network, { heartbeatInterval: 5_000, heartbeatTimeout: 5_000 });
    const { last } = network;
    if (listens) last.push(message("init", init()));
    for (let n = 0; n < 5; n++) {
      network.clock.advance(1_100);
      last.push(message("metrics_update", metrics()));
    }
    // The machine sleeps just after it has asked, where it asks.
    network.clock.advance(listens ? 200 : 0);
    network.clock.sleep(3_600_000);
    network.clock.advance(100);
    last.push(message("metrics_update", metrics()));
    network.clock.advance(300);
    expect(service.isConnected()).toBe(true);
    expect(network.sockets).toHaveLength(1);
  });

  it("but gives up when there were none", () => {
    const network = new FakeNetwork();
    const service = connect(network, { heartbeatInterval: 5_000, heartbeatTimeout: 5_000 });
    network.last.push(message("init", init()));
    network.clock.advance(600);
    network.last.push(message("pong", { client_time: 1, server_time: 0 }));
    network.last.freeze();
    network.clock.sleep(3_600_000);
    network.clock.advance(0);
    expect(service.isConnected()).toBe(true);
    network.clock.advance(5_600);
    expect(service.getState()).toBe("RECONNECTING");
  });
});
