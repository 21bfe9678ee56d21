import fc from "@telltale/testkit/properties";
import { beforeEach, describe, expect, test } from "vitest";
import type { RequestEvent } from "../src/event.ts";
import type { SpanLink } from "../src/intake.ts";
import { Accounts } from "../src/live/accounts/accounts.ts";
import { Seen } from "../src/live/seen.ts";
import { LiveState } from "../src/live/state.ts";
import { Pipeline } from "../src/pipeline.ts";
import { knownIds } from "./known-ids.ts";
import { request } from "./make.ts";
import { MemoryStore } from "./memory-store.ts";

const T0 = 1_795_417_200_000;
const surroundings = { system: null, activeConnections: 0 };
const trace = "0af7651916cd43dd8448eb211c80319c";
const hex = (n: number): string => n.toString(16).padStart(16, "0");

interface SpanOf {
  span: number;
  parent?: number | null;
  traceId?: string;
}

/** An event as the OTLP door makes it. */
function spanned({ span, parent = null, traceId = trace }: SpanOf, of: Partial<RequestEvent> = {}) {
  const id = `otlp-${traceId}-${hex(span)}${parent === null ? "" : `-${hex(parent)}`}`;
  return request({ source: "otlp", endpoint: "chat", created: T0, cost: null, ...of, id, traceId });
}

/** An event as the proxy makes it. */
function proxied(parent: number | null, of: Partial<RequestEvent> = {}, traceId = trace) {
  const { id } = request();
  return request({
    source: "proxy",
    endpoint: "/v1/chat/completions",
    created: T0,
    cost: null,
    ...of,
    id: parent === null ? `proxy-${id}` : `proxy-${id}.${hex(parent)}`,
    traceId: parent === null ? null : traceId,
  });
}

function link({ span, parent = null, traceId = trace }: SpanOf, tool = false): SpanLink {
  const parentSpanId = parent === null ? null : hex(parent);
  return { traceId, spanId: hex(span), parentSpanId, tool };
}

class World {
  readonly store = new MemoryStore();
  live!: LiveState;
  pipeline!: Pipeline;
  readonly shown: string[] = [];

  constructor() {
    this.start();
  }
  /** A process that knows no more than the store does. */
  start(): void {
    const accounts = new Accounts();
    const seen = new Seen();
    this.live = new LiveState({ windowSeconds: 300, recent: 100, inFlightPatience: 60_000 });
    const stored = [...this.store.rows.values()];
    accounts.restore(
      stored.map(({ event, storedAt }) => ({ ...event, storedAt })),
      this.store.joins,
    );
    seen.restore(knownIds(this.store.joins));
    seen.restore(knownIds(stored.map(({ event, storedAt }) => ({ id: event.id, storedAt }))));
    for (const { event } of stored) this.live.finish(event, T0);
    this.pipeline = new Pipeline({
      store: this.store,
      live: this.live,
      seen,
      accounts,
      pricing: () =>
        Promise.resolve({ price: ({ usage, cost }) => cost ?? (usage && usage.output / 1000) }),
      now: () => T0 + 10_000,
      maxQueued: 100_000,
      maxBatch: 1000,
    });
    this.pipeline.tell({
      request: ({ id, status }) => this.shown.push(`${id} ${status}`),
      error: () => undefined,
      rateLimit: () => undefined,
    });
  }
  send(events: readonly RequestEvent[], links: readonly SpanLink[] = []) {
    return this.pipeline.ingest(events, links);
  }
  get total() {
    return this.live.metrics(T0 + 10_000, surroundings);
  }
}

let world: World;
beforeEach(() => {
  world = new World();
});

describe("[D23] a call that the proxy and a span saw counts once", () => {
  const span = spanned({ span: 1 });
  test("the span called the proxy itself", async () => {
    const call = proxied(1);
    expect(await world.send([call])).toEqual({ accepted: 1, duplicates: 0 });
    expect(await world.send([span], [link({ span: 1 })])).toEqual({ accepted: 0, duplicates: 1 });
    expect(world.store.events.map(({ id }) => id)).toEqual([call.id]);
  });
  test("the span called through a span of the HTTP client", async () => {
    const http = link({ span: 2, parent: 1 });
    await world.send([proxied(2)]);
    expect(await world.send([span], [http, link({ span: 1 })])).toMatchObject({ duplicates: 1 });
    expect(world.total.total_requests).toBe(1);
  });
  test("the span came first", async () => {
    await world.send([span], [link({ span: 2, parent: 1 })]);
    expect(await world.send([proxied(2)])).toEqual({ accepted: 0, duplicates: 1 });
  });
  test("nobody sent the span between them", async () => {
    await world.send([proxied(2)]);
    expect(await world.send([span])).toMatchObject({ duplicates: 1 });
  });
  test("the caller sent no trace: same response id, model and time", async () => {
    await world.send([proxied(null, { responseId: "chatcmpl-1", model: "gpt-4o-2024-08-06" })]);
    const same = spanned({ span: 1 }, { responseId: "chatcmpl-1" });
    expect(await world.send([same])).toMatchObject({ duplicates: 1 });
  });
  test("neither trace nor response id: at the same time, of a service known to use the proxy", async () => {
    const failed = { status: "error" as const, failure: { type: "429", message: "" } };
    const service = { service: "shop" };
    await world.send([proxied(null, { responseId: "chatcmpl-1" })]);
    await world.send([proxied(null, { ...failed, created: T0 + 20_000 })]);
    const late = spanned({ span: 2 }, { ...failed, ...service, created: T0 + 20_010 });
    const other = {
      ...spanned({ span: 3 }, { ...failed, service: "other" }),
      created: T0 + 20_010,
    };
    expect(await world.send([other])).toMatchObject({ accepted: 1 });
    await world.send([spanned({ span: 1 }, { responseId: "chatcmpl-1", ...service })]);
    expect(await world.send([late])).toMatchObject({ duplicates: 1 });
    expect(world.total.total_requests).toBe(3);
  });
  test("a second delivery of either is a repeat", async () => {
    const call = proxied(1);
    await world.send([call]);
    await world.send([span]);
    expect(await world.send([call, span])).toEqual({ accepted: 0, duplicates: 2 });
    world.start();
    expect(await world.send([call, span])).toEqual({ accepted: 0, duplicates: 2 });
    expect(world.store.rows.size).toBe(1);
  });
  test("within one batch too", async () => {
    expect(await world.send([proxied(1), span])).toEqual({ accepted: 1, duplicates: 1 });
  });
});

describe("[D23] what only looks alike counts by itself", () => {
  const answered = { responseId: "chatcmpl-1" };
  test.each<[string, RequestEvent, RequestEvent]>([
    [
      "the same response id at another time",
      proxied(null, answered),
      spanned({ span: 1 }, { ...answered, created: T0 + 60_000 }),
    ],
    [
      "the same response id of another model",
      proxied(null, answered),
      spanned({ span: 1 }, { ...answered, model: "o3" }),
    ],
    [
      "the same response id in another trace",
      proxied(9, answered, "f".repeat(32)),
      spanned({ span: 1 }, answered),
    ],
    ["two calls through the proxy", proxied(1, answered), proxied(1, answered)],
    [
      "two spans beside each other",
      spanned({ span: 1, parent: 9 }, answered),
      spanned({ span: 2, parent: 9 }, answered),
    ],
    [
      "embeddings within a chat",
      spanned({ span: 2, parent: 1 }, { endpoint: "embeddings" }),
      spanned({ span: 1 }),
    ],
    ["no ids at all", proxied(null), spanned({ span: 1 })],
  ])("%s", async (_, first, second) => {
    await world.send([first]);
    expect(await world.send([second])).toEqual({ accepted: 1, duplicates: 0 });
  });
  test("a call that a tool makes within a call", async () => {
    const tool = link({ span: 2, parent: 1 }, true);
    await world.send([spanned({ span: 3, parent: 2 })], [link({ span: 3, parent: 2 }), tool]);
    expect(await world.send([spanned({ span: 1 })])).toMatchObject({ accepted: 1 });
  });
  test("each attempt within one span, whatever comes first", async () => {
    const [first, second] = [spanned({ span: 2, parent: 1 }), spanned({ span: 3, parent: 1 })];
    await world.send([spanned({ span: 1 })]);
    await world.send([first]);
    await world.send([second]);
    expect(world.total.total_requests).toBe(2);
  });
});

describe("[D24] the second account fills in what the first did not know", () => {
  test("who called and through what; in the store, the figures and on the stream", async () => {
    const call = proxied(1, { usage: null, usageQuality: "unknown", userId: null });
    await world.send([call]);
    expect(world.total).toMatchObject({ unknown_usage_requests: 1, total_tokens: 0 });
    const span = { userId: "ada", service: "shop", ttftMs: 90, streaming: true };
    await world.send([spanned({ span: 1 }, span)]);
    expect(world.store.events).toMatchObject([
      { ...span, id: call.id, source: "proxy", cost: 0.05 },
    ]);
    expect(world.total).toMatchObject({
      total_requests: 1,
      total_tokens: 150,
      total_cost: 0.05,
      unknown_usage_requests: 0,
      unknown_cost_requests: 0,
      p50_ttft_ms: 90,
      window_requests: 1,
    });
    expect(world.live.costs(T0 + 10_000)).toMatchObject({
      total_cost: 0.05,
      breakdown_by_service: { shop: 0.05 },
    });
    expect(world.live.snapshot(T0 + 10_000, surroundings).requests).toMatchObject([
      { id: call.id, user_id: "ada", total_tokens: 150 },
    ]);
    expect(world.shown.filter((text) => text.startsWith(call.id))).toHaveLength(2);
  });
  test("what is known stays, a reported usage replaces an estimated one, a reported cost a computed one", async () => {
    const usage = { input: 1, cacheRead: 0, cacheWrite: 0, output: 1, reasoning: 0 };
    await world.send([proxied(1, { usage, usageQuality: "estimated", userId: "eve", ttftMs: 5 })]);
    await world.send([spanned({ span: 1 }, { cost: 7, userId: "ada", ttftMs: 50 })]);
    expect(world.store.events).toMatchObject([
      { userId: "eve", ttftMs: 5, usageQuality: "reported", cost: 7 },
    ]);
    expect(world.total).toMatchObject({ total_tokens: 150, total_cost: 7 });
  });
  test("a span around two attempts fills in neither", async () => {
    await world.send([proxied(1), proxied(1)]);
    await world.send([spanned({ span: 1 }, { userId: "ada" })]);
    expect(world.store.events.map(({ userId }) => userId)).toEqual([null, null]);
  });
  test("also after a restart", async () => {
    await world.send([proxied(1)]);
    world.start();
    await world.send([spanned({ span: 1 }, { userId: "ada" })]);
    expect(world.store.events).toMatchObject([{ userId: "ada" }]);
    expect(world.total.total_requests).toBe(1);
  });
});

test("a call seen running that turns out to be a counted one is seen to end", async () => {
  const call = proxied(1);
  world.pipeline.progress({ ...call, status: "in_progress" });
  await world.send([spanned({ span: 1 })]);
  await world.send([call]);
  expect(world.live.inFlight).toBe(0);
  expect(world.shown.at(-1)).toBe(`${call.id} success`);
  expect(world.total.total_requests).toBe(1);
});

test("what could not be stored was never seen: the same again counts", async () => {
  const call = proxied(1);
  const span = spanned({ span: 1 });
  world.store.failing = true;
  await expect(world.send([call, span])).rejects.toThrow();
  world.store.failing = false;
  expect(await world.send([span])).toEqual({ accepted: 1, duplicates: 0 });
  expect(await world.send([call])).toEqual({ accepted: 0, duplicates: 1 });
});

describe("what is older than a day is not found any more", () => {
  const hour = 3_600_000;
  const within = spanned({ span: 200, parent: 1 });
  const answered = proxied(7, { responseId: "r", traceId: null });
  const noted = (): Accounts => {
    const accounts = new Accounts();
    accounts.add(spanned({ span: 1 }, { responseId: "r" }), T0);
    return accounts;
  };

  test.each([
    ["the span around", within],
    ["the same response", answered],
  ])("%s", (_, event) => {
    const accounts = noted();
    accounts.forget(T0 + 23 * hour);
    expect(accounts.find(event)).not.toBeNull();
    accounts.forget(T0 + 25 * hour);
    expect(accounts.find(event)).toBeNull();
  });

  test("nor what many others have come after", () => {
    const accounts = noted();
    const others = (from: number): void => {
      for (let n = from; n < from + 50_000; n++) {
        accounts.add(proxied(7, { id: `proxy-${n}`, responseId: `r${n}`, traceId: null }), T0);
      }
    };
    others(0);
    expect(accounts.find(answered)).not.toBeNull();
    others(50_000);
    expect(accounts.find(answered)).toBeNull();
  });
});

interface Shape {
  /** Spans around the attempts: calls or not. */
  readonly around: readonly boolean[];
  /** Each attempt: seen by a span of its own, by the proxy, or both. */
  readonly attempts: readonly { span: boolean; proxy: boolean; http: boolean }[];
}

const shape: fc.Arbitrary<Shape> = fc
  .record({
    around: fc.array(fc.boolean(), { maxLength: 2 }),
    attempts: fc.array(fc.record({ span: fc.boolean(), proxy: fc.boolean(), http: fc.boolean() }), {
      minLength: 1,
      maxLength: 3,
    }),
  })
  .filter(({ attempts }) => attempts.every(({ span, proxy }) => span || proxy));

/** What the doors would report of one trace, and how many calls there were. */
function reports({ around, attempts }: Shape, n: number) {
  const traceId = (n + 1).toString(16).padStart(32, "a");
  const links: SpanLink[] = [];
  const events: RequestEvent[] = [];
  // Response ids repeat from trace to trace, as those of test servers do; all times overlap.
  const answer = (attempt: number) => ({ responseId: `chatcmpl-${attempt}`, created: T0 });
  let next = 1;
  let parent: number | null = null;
  for (const call of around) {
    const span = next++;
    links.push(link({ span, parent, traceId }));
    if (call) events.push(spanned({ span, parent, traceId }, answer(attempts.length - 1)));
    parent = span;
  }
  for (const [at, attempt] of attempts.entries()) {
    const of = answer(at);
    let within = parent;
    if (attempt.span) {
      const span = next++;
      links.push(link({ span, parent, traceId }));
      events.push(spanned({ span, parent, traceId }, of));
      within = span;
    }
    if (attempt.http) {
      const span = next++;
      links.push(link({ span, parent: within, traceId }));
      within = span;
    }
    if (attempt.proxy && within !== null) events.push(proxied(within, of, traceId));
    else if (!attempt.span) events.push(proxied(next++, of, traceId));
  }
  return { links, events, calls: attempts.length };
}

test("[D23] whatever the nesting, the order, the batches, the repeats and the restarts: each call once", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(shape, { minLength: 1, maxLength: 4 }),
      fc.infiniteStream(fc.nat(1000)),
      async (shapes, dice) => {
        const next = (below: number): number => (dice.next().value ?? 0) % below;
        const all = shapes.map(reports);
        const links = all.flatMap((one) => one.links);
        const events = all.flatMap((one) => one.events);
        // Any order; repeats of some.
        for (let i = events.length - 1; i > 0; i--) {
          const j = next(i + 1);
          const [a, b] = [events[i], events[j]];
          if (a !== undefined && b !== undefined) [events[i], events[j]] = [b, a];
        }
        const again = events.filter(() => next(4) === 0);
        const here = new World();
        // Spans between two calls are known before the calls: they end between them.
        await here.send([], links);
        for (const queue of [events, again]) {
          while (queue.length > 0) {
            await here.send(queue.splice(0, 1 + next(4)));
            if (next(5) === 0) {
              here.start();
              await here.send([], links);
            }
          }
        }
        const calls = all.reduce((sum, one) => sum + one.calls, 0);
        expect(here.store.rows.size).toBe(calls);
        expect(here.total.total_requests).toBe(calls);
        expect(here.total.total_tokens).toBe(150 * calls);
      },
    ),
    { numRuns: 500 },
  );
});
