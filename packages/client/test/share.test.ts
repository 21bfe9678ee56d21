import { PROTOCOL_VERSION } from "@telltale/protocol";
import { FakeNetwork } from "@telltale/testkit/fake-network";
import { EVENT, FakeStream } from "@telltale/testkit/fake-stream";
import { FakeBrowser, type FakeTab } from "@telltale/testkit/fake-tabs";
import {
  failure,
  init,
  message,
  metrics,
  model,
  request,
  snapshot,
} from "@telltale/testkit/sample";
import { describe, expect, it } from "vitest";
import {
  createWebSocketService,
  type WebSocketConfig,
  type WebSocketHandlers,
  type WebSocketService,
} from "../src/index.ts";
// Loaded before time begins: what the client loads later is then there within a turn.
import "../src/share/share.ts";
import { loadFallback } from "../src/transport/load-fallback.ts";
import { CLIENT_VERSION } from "../src/version.ts";

await loadFallback();

const url = "ws://server.example/metrics/stream";

interface Page {
  readonly tab: FakeTab;
  readonly service: WebSocketService;
  readonly seen: unknown[];
  readonly told: string[];
}

function scene() {
  const network = new FakeNetwork();
  const browser = new FakeBrowser(network);
  const open = async (
    config: Partial<WebSocketConfig> = {},
    handlers: WebSocketHandlers = {},
  ): Promise<Page> => {
    const tab = browser.open();
    const seen: unknown[] = [];
    const told: string[] = [];
    const service = createWebSocketService(
      { url, share: "tabs", ...config },
      {
        onConnect: () => told.push("connect"),
        onDisconnect: (reason) => told.push(reason),
        onReconnecting: (attempt) => told.push(`attempt ${attempt}`),
        onReconnected: () => told.push("reconnected"),
        onNotice: ({ code }) => told.push(`notice ${code}`),
        onError: (error) => told.push(error.message),
        ...handlers,
      },
      tab.env,
    );
    service.subscribe(EVENT, (data) => seen.push(data));
    await network.pass(50);
    return { tab, service, seen, told };
  };
  return { network, browser, open };
}

const shared = ({ service }: Page): unknown => service.getConnectionInfo().shared;

/** Numbers from..to, without to. */
const range = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, n) => from + n);

describe("tabs that share", () => {
  it("[C20] hold one connection together, and all of them get every event", async () => {
    const { network, open } = scene();
    const stream = new FakeStream(network);
    const pages = [await open(), await open(), await open()];
    expect(pages.map(shared)).toEqual(["leader", "follower", "follower"]);
    for (let n = 0; n < 20; n++) {
      stream.emit(n % 4);
      await network.pass(100);
    }
    expect(network.sockets).toHaveLength(1);
    for (const { seen, service, told } of pages) {
      expect(seen).toEqual(range(0, stream.count));
      expect(told).toEqual(["connect"]);
      expect(service.getConnectionInfo()).toMatchObject({
        state: "CONNECTED",
        transport: "websocket",
        lastError: null,
      });
    }
    const [leader, ...others] = pages.map(({ service }) => service.getConnectionInfo());
    for (const other of others) {
      expect(other.connectedAt).toBe(leader?.connectedAt);
      expect(other.messageCount).toBeGreaterThanOrEqual(stream.count);
    }
  });

  it("[C20] a tab that comes late has the state at once, also what was cleared elsewhere", async () => {
    const { network, open } = scene();
    const first = await open();
    const models = [model("a"), model("b")];
    const state = snapshot({ models, requests: [request("r1")], errors: [failure("e1")] });
    network.last.push(message("init", init({ snapshot: state, capabilities: ["hello"] })));
    network.last.push(message("metrics_update", metrics({ total_requests: 7 })));
    network.last.push(message("error_update", failure("e2")));
    network.last.push(message("request_update", request("r2", { status: "in_progress" })));
    await network.pass(50);
    const before = first.service.store.getState();
    first.service.store.clearHistory();
    const late = await open();
    const { connection: _, lastUpdate: __, notices: ___, ...now } = late.service.store.getState();
    expect(before).toMatchObject(now);
    expect([...now.models.keys()]).toEqual([...before.models.keys()]);
    expect(now.requests.map(({ id }) => id)).toEqual(["r2", "r1"]);
    expect(now.errorTotal).toBe(2);
    expect(first.service.store.getState().requests).toEqual([]);
  });

  it("[C20] also of a server that only pushes, which is still sent nothing", async () => {
    const { network, open } = scene();
    const first = await open();
    network.last.push(message("metrics_update", metrics({ total_requests: 3 })));
    network.last.push(message("model_update", model("a")));
    const late = await open();
    expect(late.service.store.getState()).toMatchObject({ metrics: { total_requests: 3 } });
    expect([...late.service.store.getState().models.keys()]).toEqual(["a"]);
    expect(late.service.send("custom", 1)).toEqual({ status: "queued" });
    for (let n = 0; n < 600; n++) {
      network.last.push(message("metrics_update", metrics({ total_requests: n })));
      await network.pass(1_000);
    }
    expect(network.sockets).toHaveLength(1);
    expect(network.last.received).toEqual([]);
    for (const { service, told } of [first, late]) {
      expect(service.store.getState().metrics?.total_requests).toBe(599);
      expect(told).toEqual(["connect"]);
    }
  });

  it("[C20] a tab that comes in the middle of a flush goes on in the middle of it", async () => {
    const { network, open } = scene();
    const stream = new FakeStream(network);
    const first = await open();
    stream.trickle = 100;
    const socket = network.last;
    stream.emit(1);
    await network.pass(200);
    socket.push(message(EVENT, 1, 1));
    const late = await open();
    await network.pass(50);
    expect([first.seen, late.seen]).toEqual([[0, 1], []]);
    first.tab.crash();
    // The server counts it to the next flush, whose end never came: it sends it again, with the rest.
    stream.emit(2);
    await network.pass(1_000);
    expect(shared(late)).toBe("leader");
    expect(late.seen).toEqual([2]);
  });

  it.each(["close", "crash", "freeze", "disconnect", "destroy"] as const)(
    "[C21] when the leader is gone (%s) another goes on from there, and nothing is lost or doubled",
    async (end) => {
      const { network, open } = scene();
      const stream = new FakeStream(network);
      const [leader, ...others] = [await open(), await open(), await open()];
      if (!leader) throw new Error("nobody leads");
      stream.emit(3);
      await network.pass(100);
      stream.emit(2);
      await network.pass(4);
      if (end === "disconnect" || end === "destroy") leader.service[end]();
      else leader.tab[end]();
      stream.emit(2);
      await network.pass(500);
      stream.emit(1);
      await network.pass(100);
      expect(others.map(shared).sort()).toEqual(["follower", "leader"]);
      expect(network.live).toBe(1);
      for (const page of others) {
        expect(page.seen).toEqual(range(0, 8));
        // Who only changes the leader notices nothing.
        const noticed = [
          "The tab that held the connection is gone (1001)",
          "attempt 1",
          "connect",
          "reconnected",
        ];
        expect(page.told).toEqual(["connect", ...(shared(page) === "leader" ? noticed : [])]);
      }
      const [since, ...same] = others.map(({ service }) => service.getConnectionInfo().connectedAt);
      expect(same).toEqual([since]);
      if (end !== "freeze") return;
      leader.tab.thaw();
      await network.pass(100);
      stream.emit(1);
      await network.pass(100);
      expect(leader.seen).toEqual(range(0, 9));
      expect([shared(leader), network.live]).toEqual(["follower", 1]);
    },
  );

  it("[C21] a leader that hangs is replaced within the interval and the timeout, and follows when it is back", async () => {
    const { network, open } = scene();
    const stream = new FakeStream(network);
    const pages = [await open(), await open(), await open()];
    const [leader] = pages;
    stream.emit(1);
    await network.pass(100);
    leader?.tab.hang();
    for (let n = 0; n < 40; n++) {
      stream.emit(1);
      await network.pass(1_000);
    }
    expect(pages.slice(1).map(shared).sort()).toEqual(["follower", "leader"]);
    for (const { seen } of pages.slice(1)) expect(seen).toEqual(range(0, 41));
    leader?.tab.thaw();
    await network.pass(1_000);
    stream.emit(1);
    await network.pass(1_000);
    expect(network.live).toBe(1);
    expect(pages.map(shared).filter((role) => role === "leader")).toHaveLength(1);
    for (const { seen } of pages) expect(seen).toEqual(range(0, 42));
  });

  it("[C22] every tab tells the outage of the connection as the one that has it", async () => {
    const { network, open } = scene();
    const stream = new FakeStream(network);
    const pages = [await open(), await open()];
    Object.assign(stream.passage, { websocket: "refused", sse: "refused", poll: "refused" });
    network.last.end(1012, "restart");
    await network.pass(10);
    const late = await open();
    const infos = [...pages, late].map(({ service }) => service.getConnectionInfo());
    for (const info of infos) {
      expect(info.state).toBe("RECONNECTING");
      expect(info.nextAttemptAt).toBe(infos[0]?.nextAttemptAt);
      expect(info.lastError?.message).toContain("restart (1012)");
    }
    await network.pass(20_000);
    for (const { service } of [...pages, late]) {
      expect(service.getConnectionInfo().reconnectAttempts).toBeGreaterThan(2);
    }
    Object.assign(stream.passage, { websocket: "open", sse: "open", poll: "open" });
    // Any tab may try at once.
    late.service.connect();
    await network.pass(20);
    expect(network.live).toBe(1);
    for (const { service, told } of [...pages, late]) {
      expect(service.isConnected()).toBe(true);
      expect(told.at(-1)).toBe("reconnected");
    }
  });

  it("[C22] an attempt is not late where the browser holds up the timers of the tab that has the connection", async () => {
    const { network, open } = scene();
    new FakeStream(network);
    const [hidden, looked] = [await open(), await open()];
    const { after } = hidden.tab.env;
    hidden.service.env.after = (ms, run) => after(Math.max(ms, 60_000), run);
    network.last.end(1012);
    await network.pass(20);
    const due = looked.service.getConnectionInfo().nextAttemptAt ?? 0;
    await network.pass(due - network.clock.now() + 600);
    expect(looked.service.isConnected()).toBe(true);
    expect(network.sockets).toHaveLength(2);
  });

  it("a wait goes on where the tab that waited is gone", async () => {
    const { network, open } = scene();
    new FakeStream(network);
    const [first, second] = [await open(), await open()];
    network.last.end(1013);
    await network.pass(100);
    const due = second.service.getConnectionInfo().nextAttemptAt;
    first.tab.close();
    await network.pass(100);
    expect(shared(second)).toBe("leader");
    expect(second.service.getConnectionInfo().nextAttemptAt).toBe(due);
    await network.pass((due ?? 0) - network.clock.now() + 20);
    expect(second.service.isConnected()).toBe(true);
  });

  it("an end for good is the end for all, until one of them connects again or another comes", async () => {
    const { network, open } = scene();
    new FakeStream(network);
    const pages = [await open(), await open()];
    network.last.end(4003, "no");
    await network.pass(50);
    expect(pages.map(({ service }) => service.getState())).toEqual(["ERROR", "ERROR"]);
    pages[1]?.service.connect();
    await network.pass(50);
    expect(pages.map(({ service }) => service.getState())).toEqual(["CONNECTED", "CONNECTED"]);
    network.last.end(4003, "no");
    await network.pass(50);
    pages.push(await open());
    expect(pages.every(({ service }) => service.isConnected())).toBe(true);
    expect(network.live).toBe(1);
  });

  it("[C23] what a tab sends goes out over the one connection, once", async () => {
    const { network, open } = scene();
    await open();
    const socket = network.last;
    const follower = await open();
    expect(follower.service.send("custom", "early")).toEqual({ status: "queued" });
    const capabilities = ["hello", "heartbeat", "custom", "auth"];
    socket.push(message("init", init({ capabilities })));
    await network.pass(50);
    expect(follower.service.send("custom", "later")).toEqual({ status: "sent" });
    expect(follower.service.send("other", 1)).toMatchObject({ status: "refused" });
    await network.pass(50);
    expect(socket.sent("custom").map(({ data }) => data)).toEqual(["early", "later"]);
    expect(socket.sent("hello")).toHaveLength(1);
    expect(follower.service.getConnectionInfo().bytesSent).toBeGreaterThan(0);
  });

  it("[C23] the round trip that the leader measures is known to all, and nobody else asks", async () => {
    const { network, open } = scene();
    const pages = [await open(), await open()];
    const socket = network.last;
    socket.push(message("init", init()));
    await network.pass(600);
    const [asked] = socket.sent("heartbeat");
    await network.pass(40);
    const server_time = network.clock.now();
    socket.push(message("pong", { ...asked?.data, server_time }));
    await network.pass(50);
    pages.push(await open());
    const latencies = pages.map(({ service }) => service.getConnectionInfo().latency);
    expect(latencies[0]).toBeGreaterThan(0);
    expect(new Set(latencies).size).toBe(1);
    expect(socket.sent("heartbeat")).toHaveLength(1);
  });

  it("[C24] tabs that want something else, or are somebody else, do not share", async () => {
    const { network, browser, open } = scene();
    new FakeStream(network);
    await open();
    await open({ subscription: { models: ["a"] } });
    await open({ url: "ws://other.example/" });
    await open({ getToken: () => "alice" });
    await open({ getToken: () => "bob" });
    expect(network.live).toBe(5);
    await open({ url: "http://server.example/metrics/stream#top" });
    await open({ subscription: { models: ["a"] } });
    await open({ getToken: async () => "alice" });
    expect(network.live).toBe(5);
    let tokens = 0;
    const getToken = (): string => `token ${++tokens}`;
    await open({ getToken, shareAs: "carol" });
    await open({ getToken, shareAs: "carol" });
    expect([network.live, tokens]).toEqual([6, 0]);
    expect(new Set(browser.locks).size).toBe(6);
    // Nor do tabs of another version of the protocol or of this package.
    const prefix = `telltale/${PROTOCOL_VERSION}/${CLIENT_VERSION}/`;
    expect(browser.locks.every((name) => name.startsWith(prefix))).toBe(true);
    expect(browser.posted.every(({ name }) => name.startsWith(prefix))).toBe(true);
  });

  it("[C24] a token never reaches another tab", async () => {
    const { network, browser, open } = scene();
    const getToken = (): string => "s3cret";
    await open({ getToken });
    network.last.push(message("init", init({ capabilities: ["auth", "hello"] })));
    await network.pass(20);
    await open({ getToken });
    network.last.end(4101);
    await network.pass(200);
    expect(network.sockets).toHaveLength(2);
    expect(network.sockets[0]?.sent("auth")).toHaveLength(1);
    expect(browser.posted.length).toBeGreaterThan(5);
    expect(JSON.stringify(browser.posted.map((one) => one.message))).not.toContain("s3cret");
  });

  it("a subscription that differs leaves the others alone", async () => {
    const { network, open } = scene();
    const stream = new FakeStream(network);
    const pages = [await open(), await open(), await open()];
    stream.emit(1);
    await network.pass(50);
    pages[1]?.service.setSubscription({ models: ["a"] });
    await network.pass(50);
    expect(network.live).toBe(2);
    expect(pages.map(shared)).toEqual(["leader", "leader", "follower"]);
    pages[0]?.service.setSubscription({ models: ["a"] });
    await network.pass(200);
    expect(pages.map(shared)).toEqual(["follower", "leader", "leader"]);
    stream.emit(1);
    await network.pass(50);
    expect(pages.map(({ seen }) => seen.at(-1))).toEqual([1, 1, 1]);
    expect(network.live).toBe(2);
  });

  it("a tab that left and is back is told what it missed", async () => {
    const { network, open } = scene();
    const stream = new FakeStream(network);
    const [, second] = [await open(), await open()];
    stream.emit(2);
    await network.pass(50);
    second?.service.disconnect();
    expect(second?.service.getConnectionInfo()).toMatchObject({ state: "DISCONNECTED" });
    expect(second && shared(second)).toBeUndefined();
    stream.emit(2);
    await network.pass(50);
    second?.service.connect();
    await network.pass(50);
    expect(second?.seen).toEqual([0, 1, 2, 3]);
    expect(second?.told).toEqual(["connect", "Disconnected by the client (1000)", "connect"]);
    expect(network.sockets).toHaveLength(1);
  });

  it("a tab that was away for too long is told so, and gets the state as it stands", async () => {
    const { network, open } = scene();
    const stream = new FakeStream(network);
    const [, second] = [await open(), await open()];
    second?.tab.freeze();
    for (let n = 0; n < 2_100; n++) {
      stream.emit(1);
      await network.pass(20);
    }
    second?.tab.thaw();
    await network.pass(50);
    expect(second?.told).toEqual(["connect", "notice gap"]);
    stream.emit(1);
    await network.pass(50);
    expect(second?.seen).toEqual([2_100]);
  }, 60_000);

  it.each(["sse", "poll"] as const)("the connection may be any, such as %s", async (name) => {
    const { network, open } = scene();
    const stream = new FakeStream(network);
    stream.passage.websocket = "refused";
    if (name === "poll") stream.passage.sse = "refused";
    const pages = [await open(), await open()];
    await network.pass(20_000);
    stream.emit(2);
    await network.pass(1_500);
    for (const { service, seen } of pages) {
      expect(service.getConnectionInfo()).toMatchObject({ state: "CONNECTED", transport: name });
      expect(service.send("custom", 1)).toMatchObject({ status: "refused" });
      expect(seen).toEqual([0, 1]);
    }
    stream.passage.websocket = "open";
    stream.emit(2);
    for (let n = 0; n < 90; n++) {
      stream.emit(1);
      await network.pass(1_000);
    }
    pages[0]?.tab.crash();
    stream.emit(1);
    await network.pass(1_500);
    expect(pages[1]?.service.getConnectionInfo().transport).toBe("websocket");
    expect(pages[1]?.seen).toEqual(range(0, stream.count));
    expect(stream.transports).toEqual(["websocket"]);
  });

  it("[C25] destroy leaves no lock, channel, timer or listener, at any moment", async () => {
    for (const moment of [0, 1, 2, 5, 20, 600]) {
      const { network, browser, open } = scene();
      const stream = new FakeStream(network);
      for (const count of [1, 3]) {
        const pages: Page[] = [];
        for (let n = 0; n < count; n++) pages.push(await open({ autoConnect: false }));
        for (const { service } of pages) service.connect();
        await network.pass(moment);
        stream.emit(1);
        for (const { service } of pages) service.destroy();
        await network.pass(60_000);
        expect([network.live, network.clock.timers]).toEqual([0, 0]);
        expect([browser.locks, browser.channels]).toEqual([[], 0]);
        expect(pages.map(({ tab }) => tab.listeners)).toEqual(pages.map(() => 0));
      }
    }
  });

  it("[C25] a browser without locks or channels shares nothing, and misses nothing", async () => {
    const { network, open } = scene();
    const stream = new FakeStream(network);
    const alone = async (tabs: () => undefined): Promise<Page> => {
      const page = await open({ autoConnect: false });
      Object.assign(page.service.env, { tabs });
      page.service.connect();
      await network.pass(50);
      return page;
    };
    const pages = [
      await alone(() => undefined),
      await alone(() => {
        throw new Error("SecurityError");
      }),
    ];
    stream.emit(1);
    await network.pass(50);
    expect(network.live).toBe(2);
    for (const page of pages) {
      expect(page.seen).toEqual([0]);
      expect([page.told, shared(page)]).toEqual([["connect"], undefined]);
    }
  });

  it("[C25] nor does Node, whose channels reach other threads", async () => {
    const network = new FakeNetwork();
    new FakeStream(network);
    const services = [1, 2].map(() =>
      createWebSocketService({ url, share: "tabs" }, {}, network.env()),
    );
    await network.pass(50);
    expect(network.live).toBe(2);
    for (const service of services) {
      expect(service.isConnected()).toBe(true);
      service.destroy();
    }
  });

  it("[C25] nor where the browser has them and refuses them", async () => {
    const { network, browser, open } = scene();
    new FakeStream(network);
    browser.lock = (_tab, _name, _steal, { refused }) => network.clock.after(1, refused);
    const page = await open();
    expect([page.service.getState(), shared(page)]).toEqual(["CONNECTED", undefined]);
    page.service.destroy();
    await network.pass(1_000);
    expect([network.live, network.clock.timers, browser.channels]).toEqual([0, 0, 0]);
  });

  it("what share may be is said", () => {
    const { network } = scene();
    const wrong = { url, share: "all" as "tabs" };
    const service = createWebSocketService(wrong, {}, network.env());
    expect(service.getConnectionInfo().lastError?.message).toContain(
      'config.share: expected "tabs", received "all"',
    );
  });
});
