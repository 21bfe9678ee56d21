import { createWebSocketService } from "@telltale/client";
import { FakeClock, seededRandom } from "@telltale/testkit/fake-clock";
import { FakeNetwork, type FakeSocket } from "@telltale/testkit/fake-network";
import { snapshot } from "@telltale/testkit/sample";
import { expect, it } from "vitest";
import type { Connection, Socket } from "../src/stream/connection.ts";
import { Hub } from "../src/stream/hub.ts";

/** A hub behind a network on which nothing is slow. */
function hubBehind(network: FakeNetwork): Hub {
  const hub = new Hub({
    version: "1",
    epoch: "life",
    maxEventsPerTick: 20,
    replayEvents: 100,
    flushInterval: 50,
    heartbeatInterval: 15_000,
    maxQueueBytes: 10_000,
    stallTimeout: 30_000,
    now: network.clock.now,
    // It only speaks: nobody here would answer a heartbeat.
    capabilities: [],
    snapshot,
  });
  const open = new Map<FakeSocket, Connection>();
  network.serve = (socket) => {
    for (const [other, connection] of open) {
      if (other.readyState !== 3) continue;
      open.delete(other);
      hub.leave(connection);
    }
    socket.accept();
    const peer: Socket = {
      buffered: 0,
      write: (frames) => {
        for (const frame of frames.single()) socket.push(frame.toString());
      },
      close: (code, reason) => socket.end(code, reason),
      terminate: () => {},
    };
    open.set(socket, hub.join(peer));
  };
  return hub;
}

/** So many pages that know nothing of each other: each draws for itself. */
function pages(network: FakeNetwork, count: number, seed: number) {
  return Array.from({ length: count }, (_, n) => {
    const random = seededRandom(seed * 1_000 + n);
    return createWebSocketService({ url: "ws://s/" }, {}, { ...network.env(), random });
  });
}

/** Most connections begun in any 100 ms since there were so many. */
function busiest(network: FakeNetwork, since: number): number {
  const times = network.sockets.slice(since).map((socket) => socket.openedAt);
  return Math.max(
    ...times.map((start) => times.filter((at) => at >= start && at <= start + 100).length),
  );
}

it("[C13] of a hundred pages of a Telltale server at most 12 come back in any 100 ms", () => {
  for (let seed = 1; seed <= 10; seed++) {
    const network = new FakeNetwork(new FakeClock(seed));
    hubBehind(network);
    pages(network, 100, seed);
    network.clock.advance(10);
    // Once more, from where they have come back to.
    for (let outage = 0; outage < 3; outage++) {
      const before = network.sockets.length;
      for (const socket of network.sockets.slice(before - 100)) socket.end();
      network.clock.advance(1_300);
      expect(network.sockets.length - before).toBe(100);
      expect(busiest(network, before)).toBeLessThanOrEqual(12);
      network.clock.advance(10_000);
    }
  }
});

it("[C13] whoever has come and gone meanwhile", () => {
  const network = new FakeNetwork(new FakeClock(2));
  hubBehind(network);
  const random = seededRandom(9);
  let open = pages(network, 100, 1);
  for (let change = 1; change <= 300; change++) {
    network.clock.advance(10);
    open.splice(Math.floor(random() * open.length), 1)[0]?.destroy();
    open = [...open, ...pages(network, 1, 1 + change)];
  }
  network.clock.advance(10);
  const before = network.sockets.length;
  for (const socket of network.sockets.filter((one) => one.readyState === 1)) socket.end();
  network.clock.advance(1_300);
  expect(network.sockets.length - before).toBe(100);
  expect(busiest(network, before)).toBeLessThanOrEqual(12);
});

it("[C13] and after an announced stop at most 8, within the spread it asks for", () => {
  const network = new FakeNetwork(new FakeClock(4));
  const hub = hubBehind(network);
  pages(network, 100, 4);
  network.clock.advance(10);
  const before = network.sockets.length;
  const now = network.clock.now();
  hub.close();
  network.clock.advance(11_000);
  const times = network.sockets.slice(before).map((socket) => socket.openedAt - now);
  expect(times).toHaveLength(100);
  expect(Math.max(...times)).toBeLessThanOrEqual(10_000);
  expect(busiest(network, before)).toBeLessThanOrEqual(8);
});
