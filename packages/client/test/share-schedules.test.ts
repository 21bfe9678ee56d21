import { seededRandom } from "@telltale/testkit/fake-clock";
import { FakeNetwork } from "@telltale/testkit/fake-network";
import { FakeStream } from "@telltale/testkit/fake-stream";
import { FakeBrowser, type FakeTab } from "@telltale/testkit/fake-tabs";
import fc from "@telltale/testkit/properties";
import { failure, request, snapshot } from "@telltale/testkit/sample";
import { expect, it } from "vitest";
import { createWebSocketService, type WebSocketService } from "../src/index.ts";
// Loaded before time begins: what the client loads later is then there within a turn.
import "../src/share/share.ts";
import { loadFallback } from "../src/transport/load-fallback.ts";

await loadFallback();

const step = fc.oneof(
  { weight: 8, arbitrary: fc.record({ do: fc.constant("emit"), n: fc.nat(5) }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("pass"), n: fc.nat(300) }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("pass"), n: fc.nat(40_000) }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("open"), n: fc.nat() }) },
  // The leader goes while what it told is on its way to the others.
  { weight: 5, arbitrary: fc.record({ do: fc.constant("strike"), n: fc.nat(400) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom("close", "crash", "freeze", "hang", "thaw", "disconnect", "connect"),
      n: fc.nat(),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constantFrom("cut", "tear", "reroute"), n: fc.nat(4) }),
  },
);

interface Page {
  readonly tab: FakeTab;
  readonly service: WebSocketService;
  readonly seen: number[];
  gaps: number;
  resting: boolean;
}

/** A browser of up to six tabs over a stream that goes on all the while. */
class World {
  readonly network = new FakeNetwork();
  readonly stream: FakeStream = new FakeStream(this.network);
  readonly browser: FakeBrowser = new FakeBrowser(this.network);
  readonly pages: Page[] = [];

  constructor(seed: number) {
    const random = seededRandom(seed);
    this.browser.latency = () => Math.floor(random() * 30);
    this.stream.latency = () => Math.floor(random() * 40);
    this.stream.trickle = 3;
    this.stream.event = (n) =>
      n % 2
        ? { type: "request_update", data: request(`${n}`) }
        : { type: "error_update", data: failure(`${n}`) };
    this.stream.snapshot = () => snapshot(this.truth());
  }

  /** What every tab must have in the end, newest first. */
  truth() {
    const all = Array.from({ length: this.stream.count }, (_, n) => n).reverse();
    return {
      requests: all.filter((n) => n % 2 === 1).map((n) => request(`${n}`)),
      errors: all.filter((n) => n % 2 === 0).map((n) => failure(`${n}`)),
    };
  }

  open(): void {
    if (this.pages.length >= 6) return;
    const tab = this.browser.open();
    const page: Page = {
      tab,
      seen: [],
      gaps: 0,
      resting: false,
      service: createWebSocketService(
        { url: "ws://server.example/", share: "tabs", historySize: 10_000 },
        { onNotice: () => page.gaps++ },
        tab.env,
      ),
    };
    page.service.subscribe("request_update", ({ id }) => page.seen.push(Number(id)));
    page.service.subscribe("error_update", (error) => page.seen.push(Number(error.error_message)));
    this.pages.push(page);
  }

  async take(what: string, n: number): Promise<void> {
    const { stream, network, pages } = this;
    const page = pages[n % Math.max(1, pages.length)];
    if (what === "emit") stream.emit(n);
    else if (what === "pass") await this.pass(n);
    else if (what === "open") this.open();
    else if (what === "strike") {
      stream.emit(3);
      await network.pass(n % 50);
      const leader = pages.findIndex(
        ({ service }) => service.getConnectionInfo().shared === "leader",
      );
      const end = (["crash", "close", "freeze", "hang", "disconnect"] as const)[n % 5] ?? "crash";
      if (leader >= 0) await this.take(end, leader);
    } else if (what === "cut") stream.cut();
    else if (what === "tear") {
      stream.tear(n + 1);
      await network.pass(1_100);
    } else if (what === "reroute") stream.passage.websocket = n % 2 ? "refused" : "open";
    else if (!page) return;
    else if (what === "close" || what === "crash") {
      page.tab[what]();
      pages.splice(pages.indexOf(page), 1);
    } else if (what === "freeze" || what === "hang" || what === "thaw") page.tab[what]();
    else if (what === "disconnect" || what === "connect") {
      page.tab.run(() => page.service[what]());
      page.resting = what === "disconnect";
    }
    await network.pass(0);
    const sockets = pages.reduce((sum, { tab }) => sum + tab.sockets, 0);
    expect(sockets, "connections at a time").toBeLessThanOrEqual(1);
  }

  /** Time passes, and a server is never silent for long. */
  async pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1_000) {
      await this.network.pass(Math.min(left, 1_000));
      if (left > 1_000) this.stream.emit(1);
    }
  }

  async settle(): Promise<void> {
    this.stream.passage.websocket = "open";
    for (const { tab } of this.pages) tab.thaw();
    for (const page of this.pages)
      if (page.resting) await this.take("connect", this.pages.indexOf(page));
    await this.pass(150_000);
    this.stream.emit(3);
    await this.network.pass(2_000);
  }

  check(): void {
    const { stream, pages, network } = this;
    const truth = this.truth();
    for (const { seen, service, gaps } of pages) {
      expect(service.getState()).toBe("CONNECTED");
      expect(new Set(seen).size, "twice").toBe(seen.length);
      const from = seen[0] ?? stream.count;
      expect(
        seen.toSorted((a, b) => a - b),
        "order",
      ).toEqual(seen);
      if (gaps === 0) expect(seen, "lost").toHaveLength(stream.count - from);
      const { requests, errors, errorTotal } = service.store.getState();
      const byName = (list: readonly { error_message: string }[]): string[] =>
        list.map(({ error_message }) => error_message);
      expect(requests.map(({ id }) => id)).toEqual(truth.requests.map(({ id }) => id));
      expect(byName(errors)).toEqual(byName(truth.errors));
      expect(errorTotal).toBe(truth.errors.length);
    }
    const roles = pages.map(({ service }) => service.getConnectionInfo().shared);
    expect(roles.filter((role) => role === "leader")).toHaveLength(Math.min(1, pages.length));
    expect(stream.transports).toHaveLength(Math.min(1, pages.length));
    expect(network.live).toBe(Math.min(1, pages.length));
  }

  async end(): Promise<void> {
    for (const { service } of this.pages) service.destroy();
    await this.network.pass(5_000);
    const { network, browser } = this;
    expect([network.live, network.clock.timers]).toEqual([0, 0]);
    expect([browser.locks, browser.channels]).toEqual([[], 0]);
  }
}

it("[C21] whatever becomes of the tabs, each ends with exactly what was sent, over one connection", async () => {
  let gaps = 0;
  let leaders = 0;
  let events = 0;
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 10, maxLength: 60 }),
      fc.nat(),
      async (steps, seed) => {
        const world = new World(seed);
        world.open();
        for (const { do: what, n } of steps) await world.take(what, n);
        await world.settle();
        world.check();
        await world.end();
        const leads = world.browser.posted.filter(
          ({ message }) => (message as { type: string }).type === "lead",
        );
        leaders += leads.length;
        events += world.stream.count;
        gaps += world.pages.reduce((sum, page) => sum + page.gaps, 0);
      },
    ),
    { numRuns: Number(process.env["SHARE_RUNS"] ?? 60) },
  );
  // It would prove nothing if nothing had happened, or if everybody had been told of a loss: only who
  // was frozen may be, when meanwhile all went that knew where it stood.
  expect(events).toBeGreaterThan(1_000);
  expect(leaders).toBeGreaterThan(60);
  expect(gaps).toBeLessThan(leaders / 4);
}, 120_000);
