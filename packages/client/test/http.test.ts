import { FakeNetwork } from "@telltale/testkit/fake-network";
import fc, { runs } from "@telltale/testkit/properties";
import { init, message } from "@telltale/testkit/sample";
import { describe, expect, it } from "vitest";
import { createWebSocketService, type TransportName } from "../src/index.ts";
import { eventStream } from "../src/transport/event-stream.ts";
import { loadFallback } from "../src/transport/load-fallback.ts";

await loadFallback();

describe("an event stream", () => {
  const text =
    ': hello\n\nid: e:1\nevent: x\ndata: {"a":1}\n\ndata:two\r\ndata: lines\r\n\r\ndata\n\nretry: 5\n\ndata: cut';

  it("is read whatever its line ends and wherever it is cut, and only for its data", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(text.length)), (cuts) => {
        const seen: string[] = [];
        const read = eventStream((data) => seen.push(data));
        const places = [0, ...cuts.sort((a, b) => a - b), text.length];
        for (const [n, from] of places.entries()) read(text.slice(from, places[n + 1] ?? from));
        expect(seen).toEqual(['{"a":1}', "two\nlines", ""]);
      }),
      { numRuns: runs(100) },
    );
  });

  it("tells comments from events", () => {
    const read = eventStream(() => {});
    expect([read(": still here\n\n"), read("data: x\n\n")]).toEqual([false, true]);
  });
});

function scene(transport: TransportName, getToken?: () => string) {
  const network = new FakeNetwork();
  const service = createWebSocketService(
    { url: "wss://server.example/s", transports: [transport], getToken },
    {},
    network.env(),
  );
  return { network, service };
}

describe.each<TransportName>(["sse", "poll"])("a refusal of %s", (name) => {
  it.each([
    [400, "ERROR"],
    [403, "ERROR"],
    [401, "ERROR"],
    [404, "RECONNECTING"],
    [429, "RECONNECTING"],
    [500, "RECONNECTING"],
    [503, "RECONNECTING"],
  ])("by status %i leads to %s, with the reason", async (status, state) => {
    const { network, service } = scene(name);
    network.http.serve = (request) => request.respond(status);
    await network.pass(10);
    const { lastError, nextAttemptAt } = service.getConnectionInfo();
    expect(service.getState()).toBe(state);
    expect(lastError?.message).toContain(`HTTP status ${status}`);
    if (status === 429 || status === 503) {
      expect((nextAttemptAt ?? 0) - network.clock.now()).toBeGreaterThan(4_900);
    }
  });

  it("by a page that is something else is told", async () => {
    const { network, service } = scene(name);
    network.http.serve = (request) => request.respond(200, "text/html", "<!doctype html>");
    await network.pass(10);
    expect(service.getConnectionInfo().lastError?.message).toContain("received text/html");
  });

  it("for want of a token asks for one, once, and presents it", async () => {
    let asked = 0;
    const { network, service } = scene(name, () => `token-${++asked}`);
    network.http.serve = (request) => request.respond(401);
    await network.pass(20);
    expect(network.http.requests.map(({ headers }) => headers.get("authorization"))).toEqual([
      "Bearer token-1",
      "Bearer token-2",
    ]);
    expect(service.getState()).toBe("ERROR");
  });
});

it("says what to do where there is no fetch", async () => {
  const network = new FakeNetwork();
  const service = createWebSocketService(
    { url: "ws://s/", transports: ["sse"] },
    {},
    { ...network.env(), fetch: () => undefined },
  );
  await network.pass(10);
  expect(service.getConnectionInfo().lastError?.message).toContain("env.fetch");
});

describe("long polls", () => {
  it("ask at once, then let the server wait, and go on from where they stand", async () => {
    const { network } = scene("poll");
    let n = 0;
    network.http.serve = (request) => {
      if (n++ === 0) request.json([{ ...message("init", init()), metadata: { position: "e:7" } }]);
    };
    await network.pass(500);
    expect(network.http.requests.map(({ url }) => url.href)).toEqual([
      "https://server.example/s?wait=0",
      "https://server.example/s?since=e%3A7&wait=25",
    ]);
  });

  it("are not made in a hurry where the server does not wait", async () => {
    const { network } = scene("poll");
    network.http.serve = (request) => request.json([message("custom", 1)]);
    await network.pass(10_000);
    expect(network.http.requests.length).toBeLessThanOrEqual(11);
  });

  it("leave no timer and no request behind", async () => {
    const { network, service } = scene("poll");
    network.http.serve = (request) => request.json([message("custom", 1)]);
    await network.pass(60_000);
    expect(service.getConnectionInfo().messageCount).toBeGreaterThan(50);
    service.destroy();
    await network.pass(60_000);
    expect([network.clock.timers, network.http.live]).toEqual([0, 0]);
  });
});

it("a link that fell silent while nobody looked is asked for anew when somebody does", async () => {
  const { network, service } = scene("sse");
  network.http.serve = (request) => {
    request.stream();
    request.event({ ...message("init", init()), metadata: { position: "e:7" } });
  };
  await network.pass(1_000);
  network.clock.wake("visible");
  await network.pass(10);
  expect(network.http.requests).toHaveLength(1);
  await network.pass(5_000);
  network.clock.wake("visible");
  await network.pass(10);
  expect(network.http.requests.map(({ url }) => url.search)).toEqual(["", "?since=e%3A7"]);
  expect([service.isConnected(), network.http.live]).toEqual([true, 1]);
});
