import { FakeClock } from "@telltale/testkit/fake-clock";
import { FakeNetwork } from "@telltale/testkit/fake-network";
import { message, metrics } from "@telltale/testkit/sample";
import { expect, it } from "vitest";
import { evenDraws } from "../src/even-draws.ts";
import { createWebSocketService, defaultEnv } from "../src/index.ts";

/** A hundred clients of one page, as their module has them draw. */
function hundred(seed: number) {
  const network = new FakeNetwork(new FakeClock(seed));
  const env = { ...network.env(), random: evenDraws(network.clock.random) };
  for (let n = 0; n < 100; n++) createWebSocketService({ url: "ws://s/" }, {}, env);
  network.clock.advance(10);
  return network;
}

/** Most connections begun in any 100 ms. */
function busiest(times: number[]): number {
  return Math.max(
    ...times.map((start) => times.filter((at) => at >= start && at <= start + 100).length),
  );
}

function returns(network: FakeNetwork): number[] {
  return network.sockets.slice(100).map((socket) => socket.openedAt);
}

it("[C13] of a hundred clients cut at once at most 12 come back in any 100 ms", () => {
  for (let seed = 1; seed <= 20; seed++) {
    const network = hundred(seed);
    for (const socket of network.sockets.slice()) socket.end();
    network.clock.advance(1_300);
    expect(returns(network)).toHaveLength(100);
    expect(busiest(returns(network))).toBeLessThanOrEqual(12);
  }
});

it("[C13] stay spread whatever else happens meanwhile", () => {
  const network = hundred(9);
  const first = network.sockets.slice();
  first.forEach((socket, n) => {
    socket.push(message("metrics_update", metrics()));
    for (const other of first.slice(n, n + (n % 4)))
      other.push(message("metrics_update", metrics()));
    socket.end();
  });
  network.clock.advance(1_300);
  expect(busiest(returns(network))).toBeLessThanOrEqual(12);
});

it("draws evenly unless told otherwise, each number as likely as any other", () => {
  const draws = Array.from({ length: 100 }, defaultEnv.random);
  expect(busiest(draws.map((draw) => 1_000 * draw))).toBeLessThanOrEqual(12);
  const firsts = Array.from({ length: 1_000 }, (_, n) => evenDraws(() => n / 1_000)());
  const bins = new Array<number>(10).fill(0);
  for (const first of firsts)
    bins[Math.floor(10 * first)] = (bins[Math.floor(10 * first)] ?? 0) + 1;
  expect(bins).toEqual(new Array(10).fill(100));
});

it("[C13] an announced restart is spread as the server asks: at most 8 in any 100 ms", () => {
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

/** Connections that a server sees in 20 s if it accepts and closes after 20 ms. */
function connections(seed: number, random?: () => number): number {
  const network = new FakeNetwork(new FakeClock(seed));
  network.serve = (socket) => {
    socket.accept();
    socket.push(message("metrics_update", metrics()));
    network.clock.after(20, () => socket.end());
  };
  const env = { ...network.env(), random: random ?? evenDraws(network.clock.random) };
  createWebSocketService({ url: "ws://s/" }, {}, env);
  network.clock.advance(20_000);
  return network.sockets.length;
}

it("[C14] a server that accepts and drops sees at most five connections in 20 s", () => {
  const seeds = Array.from({ length: 200 }, (_, n) => n + 1);
  const counts = seeds.map((seed) => connections(seed));
  expect(Math.max(...counts)).toBeLessThanOrEqual(5);
  // However the draws fall, also when every single one is the least: few more.
  expect(connections(1, () => 0)).toBeLessThanOrEqual(8);
});

it("[C14] is asked again as soon after the first drop as after any other loss", () => {
  const network = new FakeNetwork();
  const attempts: number[] = [];
  const handlers = { onReconnecting: (attempt: number) => attempts.push(attempt) };
  const service = createWebSocketService({ url: "ws://s/" }, handlers, {
    ...network.env(),
    random: () => 0.999,
  });
  network.clock.advance(10);
  for (const least of [1_249, 1_249 * 1.5 ** 2, 1_249 * 1.5 ** 4]) {
    network.last.end();
    const { nextAttemptAt } = service.getConnectionInfo();
    const wait = (nextAttemptAt ?? 0) - network.clock.now();
    expect(Math.abs(wait - least)).toBeLessThan(10);
    network.clock.advance(wait + 10);
  }
  // What is told and counted towards maxReconnectAttempts are attempts, not steps.
  expect(attempts).toEqual([1, 2, 3]);
});
