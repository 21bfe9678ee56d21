import { FakeNetwork } from "@telltale/testkit/fake-network";
import { init, message, metrics } from "@telltale/testkit/sample";
import { expect, it } from "vitest";
import {
  createWebSocketService,
  type RawFrame,
  type WebSocketConfig,
  type WebSocketHandlers,
} from "../src/index.ts";

function scene(config: Partial<WebSocketConfig> = {}, handlers: WebSocketHandlers = {}) {
  const network = new FakeNetwork();
  const service = createWebSocketService({ url: "ws://s/", ...config }, handlers, network.env());
  const frames: RawFrame[] = [];
  const stop = service.onFrame((frame) => frames.push(frame));
  network.clock.advance(1);
  return { network, service, frames, stop };
}

it("[C15] every frame of either direction is told as it travelled, also one that cannot be read", () => {
  const { network, service, frames, stop } = scene();
  const greeting = JSON.stringify(message("init", init({ capabilities: ["hello", "ping"] })));
  network.last.push(greeting);
  network.last.push("no JSON: é");
  network.last.pushBinary(new ArrayBuffer(7));
  service.send("ping", { n: 1 });
  expect(frames.map(({ direction, bytes }) => [direction, bytes])).toEqual([
    ["in", new TextEncoder().encode(greeting).length],
    ["out", network.last.received[0]?.length],
    ["in", 11],
    ["in", 7],
    ["out", network.last.received[1]?.length],
  ]);
  expect(frames[0]).toMatchObject({ text: greeting, transport: "websocket" });
  expect(frames[0]?.at).toBe(network.clock.now());
  expect(frames[2]?.text).toBe("no JSON: é");
  expect(frames[3]?.text).toBe("(binary)");
  expect(frames[4]?.text).toBe(network.last.received[1]);
  stop();
  network.last.push(message("metrics_update", metrics()));
  expect(frames).toHaveLength(5);
});

it("[C15] no token is told, neither the client's own nor one that the application sends", async () => {
  const { network, service, frames } = scene({ getToken: () => "secret-1" });
  network.last.push(message("init", init({ capabilities: ["auth"] })));
  await new Promise((resolve) => setImmediate(resolve));
  service.send("auth", { token: "secret-2" });
  expect(network.last.sent("auth").map(({ data }) => data["token"])).toEqual([
    "secret-1",
    "secret-2",
  ]);
  const told = frames.filter(({ direction }) => direction === "out");
  expect(told.map(({ text }) => JSON.parse(text))).toMatchObject([
    { type: "auth", data: "(a token)" },
    { type: "auth", data: "(a token)" },
  ]);
  expect(told.map(({ bytes }) => bytes)).toEqual(network.last.received.map((text) => text.length));
});

it("a listener that throws is reported, and harms nobody", () => {
  const errors: string[] = [];
  const { network, service, frames } = scene(
    {},
    { onError: (error) => errors.push(error.message) },
  );
  service.onFrame(() => {
    throw new Error("boom");
  });
  const later: RawFrame[] = [];
  service.onFrame((frame) => later.push(frame));
  network.last.push(message("metrics_update", metrics()));
  network.clock.advance(16);
  expect([frames.length, later.length]).toEqual([1, 1]);
  expect(service.store.getState().metrics).not.toBeNull();
  expect(errors).toEqual(["A callback for frames threw: Error: boom"]);
});

it("the debug log is the same frames", () => {
  const { network, frames } = scene({ debug: true });
  network.last.push(message("init", init({ capabilities: ["hello"] })));
  const logged = network.clock.logged.filter(([what]) => what === "received" || what === "sent");
  expect(logged).toEqual(
    frames.map(({ direction, text }) => [direction === "in" ? "received" : "sent", text]),
  );
  expect(logged).toHaveLength(2);
});

it("tells who waits for which messages, and what of the stream is wanted", () => {
  const { service } = scene({ subscription: { models: ["a"] } });
  const stop = service.subscribe("metrics_update", () => {});
  service.subscribe("metrics_update", () => {});
  service.subscribe("mine", () => {});
  expect([...service.subscriptions]).toEqual([
    ["metrics_update", 2],
    ["mine", 1],
  ]);
  stop();
  expect(service.subscriptions.get("metrics_update")).toBe(1);
  service.setSubscription({ types: ["mine"] });
  expect(service.subscription).toEqual({ types: ["mine"] });
  service.destroy();
  expect(service.subscriptions.size).toBe(0);
});
