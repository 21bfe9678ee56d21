import { FakeClock, seededRandom } from "@telltale/testkit/fake-clock";
import { FakeNetwork } from "@telltale/testkit/fake-network";
import { EVENT, FakeStream } from "@telltale/testkit/fake-stream";
import { expect, it } from "vitest";
import { createWebSocketService, type TransportName } from "../src/index.ts";
import { loadFallback } from "../src/transport/load-fallback.ts";

await loadFallback();

const transports: readonly TransportName[] = ["websocket", "sse", "poll"];

/** A service that had to fall back to events, and a WebSocket that works again. */
async function returning(slower: TransportName) {
  const network = new FakeNetwork();
  const stream = new FakeStream(network);
  const seen: unknown[] = [];
  let breaks = 0;
  const onDisconnect = () => breaks++;
  const service = createWebSocketService(
    { url: "ws://server.example/" },
    { onDisconnect },
    network.env(),
  );
  service.subscribe(EVENT, (data) => seen.push(data));
  stream.passage.websocket = "refused";
  if (slower === "sse") stream.latency = () => 300;
  await network.pass(4_000);
  stream.passage.websocket = "open";
  stream.latency = () => (slower === "sse" ? 5 : 300);
  const transport = (): TransportName => service.getConnectionInfo().transport;
  expect(transport()).toBe("sse");
  return { network, stream, seen, transport, breaks: () => breaks };
}

it.each<TransportName>(["websocket", "sse"])(
  "a change of transport waits until no flush is half read, also where %s is slower",
  async (slower) => {
    const { network, stream, seen, transport, breaks } = await returning(slower);
    stream.trickle = 40;
    for (let n = 0; n < 900; n++) {
      stream.emit(2);
      await network.pass(100);
    }
    await network.pass(5_000);
    expect([transport(), breaks()]).toEqual(["websocket", 0]);
    expect(seen).toEqual(Array.from({ length: stream.count }, (_, n) => n));
  },
);

it.each<TransportName>(["websocket", "sse"])(
  "a connection lost right after the change goes on from where the other stood, where %s is slower",
  async (slower) => {
    const { network, stream, seen, transport } = await returning(slower);
    for (let n = 0; transport() === "sse" && n < 80_000; n++) {
      if (n % 10 === 0) stream.emit(2);
      await network.pass(10);
    }
    stream.cut();
    await network.pass(5_000);
    expect(transport()).toBe("websocket");
    expect(seen).toEqual(Array.from({ length: stream.count }, (_, n) => n));
  },
);

/** A stream in a bad network, for five minutes. What the subscriber saw, and over what. */
async function chaos(seed: number) {
  const network = new FakeNetwork(new FakeClock(seed));
  const random = seededRandom(seed * 7_919);
  const stream = new FakeStream(network);
  stream.latency = () => Math.floor(random() * 400);
  stream.trickle = 25;
  const seen: unknown[] = [];
  const used = new Set<TransportName>();
  let breaks = 0;
  let gaps = 0;
  const service = createWebSocketService(
    { url: "ws://server.example/", transports },
    { onDisconnect: () => breaks++, onNotice: () => gaps++ },
    network.env(),
  );
  service.subscribe(EVENT, (data) => seen.push(data));
  const pick = (): TransportName => transports[Math.floor(random() * 3)] ?? "poll";
  for (let second = 0; second < 300; second++) {
    const chance = random();
    if (chance < 0.02) stream.passage[pick()] = random() < 0.5 ? "refused" : "mute";
    else if (chance < 0.06) stream.passage[pick()] = "open";
    else if (chance < 0.09) stream.cut();
    stream.emit(Math.floor(random() * 4));
    await network.pass(Math.floor(random() * 2_000));
    if (service.isConnected()) used.add(service.getConnectionInfo().transport);
  }
  for (const name of transports) stream.passage[name] = "open";
  for (let n = 0; n < 30; n++) {
    stream.emit();
    await network.pass(8_000);
  }
  return { network, stream, service, seen, used, breaks, gaps };
}

it("[C12] whatever the network does, every event arrives once and in order, and WebSocket in the end", async () => {
  const everUsed = new Set<TransportName>();
  let allBreaks = 0;
  for (let seed = 1; seed <= 12; seed++) {
    const { network, stream, service, seen, used, breaks, gaps } = await chaos(seed);
    const first = Number(seen[0]);
    expect(seen, `seed ${seed}`).toEqual(
      Array.from({ length: stream.count - first }, (_, n) => first + n),
    );
    expect(gaps).toBe(0);
    expect(service.getConnectionInfo(), `seed ${seed}`).toMatchObject({
      state: "CONNECTED",
      transport: "websocket",
    });
    expect(stream.transports, `seed ${seed}`).toEqual(["websocket"]);
    for (const name of used) everUsed.add(name);
    allBreaks += breaks;
    service.destroy();
    await network.pass(1_000);
    expect([network.live, network.http.live, network.clock.timers]).toEqual([0, 0, 0]);
  }
  // The scene would prove nothing if it had not been lively.
  expect([...everUsed].sort()).toEqual(["poll", "sse", "websocket"]);
  expect(allBreaks).toBeGreaterThan(50);
}, 60_000);
