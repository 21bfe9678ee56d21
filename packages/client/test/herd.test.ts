import { FakeClock } from "@telltale/testkit/fake-clock";
import { FakeNetwork } from "@telltale/testkit/fake-network";
import { message, metrics } from "@telltale/testkit/sample";
import { expect, it } from "vitest";
import { createWebSocketService } from "../src/index.ts";

function hundred(seed: number) {
  const network = new FakeNetwork(new FakeClock(seed));
  for (let n = 0; n < 100; n++) createWebSocketService({ url: "ws://s/" }, {}, network.env());
  network.clock.advance(10);
  return network;
}

/** Most connections begun in any 100 ms. */
function busiest(times: number[]): number {
  return Math.max(
    ...times.map((start) => times.filter((at) => at >= start && at < start + 100).length),
  );
}

function returns(network: FakeNetwork): number[] {
  return network.sockets.slice(100).map((socket) => socket.openedAt);
}

it("a hundred clients cut at once come back spread over the whole second", () => {
  const peaks: number[] = [];
  for (let seed = 1; seed <= 20; seed++) {
    const network = hundred(seed);
    for (const socket of network.sockets.slice()) socket.end();
    network.clock.advance(1_300);
    expect(returns(network)).toHaveLength(100);
    peaks.push(busiest(returns(network)));
  }
  // Ten are expected in each 100 ms; the busiest of all windows holds more by chance.
  expect(peaks.reduce((sum, peak) => sum + peak, 0) / peaks.length).toBeLessThan(20);
});

it("an announced restart is spread as the server asks", () => {
  const network = hundred(3);
  const notice = { code: "going_away", message: "", after_ms: 1_000, spread_ms: 10_000 };
  for (const socket of network.sockets) socket.push(message("notice", notice));
  const now = network.clock.now();
  network.clock.advance(500);
  for (const socket of network.sockets.slice()) socket.end(1012);
  network.clock.advance(11_000);
  const times = returns(network);
  expect(times).toHaveLength(100);
  expect(Math.min(...times) - now).toBeGreaterThanOrEqual(1_000);
  expect(Math.max(...times) - now).toBeLessThanOrEqual(11_000);
  expect(busiest(times)).toBeLessThanOrEqual(8);
});

it("a whole office that comes online does not knock in the same instant", () => {
  const network = hundred(5);
  network.serve = (socket) => socket.end();
  for (const socket of network.sockets.slice()) socket.end();
  network.clock.advance(60_000);
  const before = network.sockets.length;
  network.serve = (socket) => socket.accept();
  network.clock.wake("online");
  network.clock.advance(1_000);
  const times = network.sockets.slice(before).map((socket) => socket.openedAt);
  expect(times).toHaveLength(100);
  expect(busiest(times)).toBeLessThan(30);
});

it("a server that accepts and drops is not hammered", () => {
  const network = new FakeNetwork();
  network.serve = (socket) => {
    socket.accept();
    socket.push(message("metrics_update", metrics()));
    network.clock.after(20, () => socket.end());
  };
  createWebSocketService({ url: "ws://s/" }, {}, network.env());
  network.clock.advance(20_000);
  expect(network.sockets.length).toBeLessThanOrEqual(9);
});
