import { FakeNetwork } from "@telltale/testkit/fake-network";
import { describe, expect, expectTypeOf, it } from "vitest";
import {
  createWebSocketService,
  type Notice,
  type StreamSubscription,
  type TransportName,
  type WebSocketConfig,
  type WebSocketHandlers,
} from "../src/index.ts";
import { loadFallback } from "../src/transport/load-fallback.ts";

await loadFallback();

describe("the configuration", () => {
  it("says in types what it takes", () => {
    expectTypeOf<WebSocketConfig["transports"]>().toEqualTypeOf<
      readonly TransportName[] | undefined
    >();
    expectTypeOf<TransportName>().toEqualTypeOf<"websocket" | "sse" | "poll">();
    expectTypeOf<WebSocketConfig["subscription"]>().toEqualTypeOf<StreamSubscription | undefined>();
    expectTypeOf<WebSocketHandlers["onNotice"]>().toEqualTypeOf<
      ((notice: Notice) => void) | undefined
    >();
    const config: WebSocketConfig = {
      url: "/metrics/stream",
      transports: ["sse", "poll"],
      subscription: {
        types: ["request_update", "one_of_my_own"],
        models: ["gpt-5"],
        filter: { status: ["error", "in_progress"], min_latency_ms: 2_000, text: "timeout" },
        intervalMs: 5_000,
      },
    };
    // @ts-expect-error no such transport
    config.transports = ["smoke signals"];
    // @ts-expect-error no such status
    config.subscription = { filter: { status: ["failed"] } };
  });

  it.each([[[]], [["carrier pigeon"]]])("names transports that are none: %j", (transports) => {
    const network = new FakeNetwork();
    const config: object = { transports };
    const service = createWebSocketService({ url: "ws://s/", ...config }, {}, network.env());
    expect(service.getState()).toBe("ERROR");
    expect(service.getConnectionInfo().lastError?.message).toContain("config.transports: expected");
  });

  it("may change its transports: the next connection uses them, and the store stays", async () => {
    const network = new FakeNetwork();
    network.http.serve = (request) => request.stream();
    const service = createWebSocketService({ url: "ws://s/" }, {}, network.env());
    await network.pass(10);
    service.configure({ url: "ws://s/", transports: ["sse"] });
    await network.pass(10);
    expect(service.getConnectionInfo()).toMatchObject({ state: "CONNECTED", transport: "sse" });
    expect([network.live, network.http.live]).toEqual([0, 1]);
  });

  it("may change its subscription, which the server is asked for", async () => {
    const network = new FakeNetwork();
    network.http.serve = (request) => request.stream();
    const transports = ["sse"] as const;
    const service = createWebSocketService({ url: "ws://s/", transports }, {}, network.env());
    await network.pass(10);
    const next = { url: "ws://s/", transports, subscription: { types: ["request_update"] } };
    service.configure(next);
    service.configure(structuredClone(next));
    await network.pass(10);
    expect(network.http.requests.map(({ url }) => url.search)).toEqual([
      "",
      "?types=request_update",
    ]);
  });
});
