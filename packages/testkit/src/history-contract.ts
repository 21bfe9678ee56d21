import type { HistoryStore, RequestEvent, RequestFilter } from "telltale";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { requestEvent } from "./request-event.ts";

/** One place where a store keeps its data; opened again, it finds them. */
export interface HistoryPlace {
  open(): Promise<HistoryStore>;
  remove(): Promise<void>;
}

const start = Date.UTC(2026, 0, 1);
const minute = 60_000;

const unknownEverything: Partial<RequestEvent> = {
  provider: null,
  latencyMs: null,
  ttftMs: null,
  streaming: false,
  usage: null,
  usageQuality: "unknown",
  cost: null,
  statusCode: null,
  finishReason: null,
  endpoint: null,
  userId: null,
  organizationId: null,
  service: null,
  traceId: null,
  responseId: null,
};

const failed: Partial<RequestEvent> = {
  status: "error",
  statusCode: 429,
  failure: { type: "rate_limit_error", message: "Slow down, PLEASE", stack: "at a\n  at b" },
};

function many(count: number, changes: (i: number) => Partial<RequestEvent> = () => ({})) {
  return Array.from({ length: count }, (_, i) =>
    requestEvent({ id: `r${i}`, created: start + i, ...changes(i) }),
  );
}

const everything = { windowFrom: 0, idsFrom: 0, costsFrom: 0, recent: 100 };

async function allPages(store: HistoryStore, filter: RequestFilter, limit: number) {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.requests(filter, limit, cursor);
    ids.push(...page.requests.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
}

/** What every `HistoryStore` does; `create` makes a new empty place for each test. */
export function historyContract(name: string, create: () => Promise<HistoryPlace>): void {
  describe(`history contract: ${name}`, () => {
    let place: HistoryPlace;
    let store: HistoryStore;

    beforeEach(async () => {
      place = await create();
      store = await place.open();
    });

    afterEach(async () => {
      await store.close();
      await place.remove();
    });

    const restart = async (): Promise<void> => {
      await store.close();
      store = await place.open();
    };

    test("an empty store restores nothing", async () => {
      expect(await store.restore(everything)).toEqual({
        totals: [],
        window: [],
        recent: [],
        failed: [],
        inProgress: [],
        ids: [],
        costs: [],
      });
      expect(await store.requests({}, 10)).toEqual({ requests: [], nextCursor: null });
      expect(await store.request("r")).toBeNull();
    });

    test("an appended request is read back in every field, before and after a restart", async () => {
      const events = [requestEvent(), requestEvent({ id: "e", ...failed })];
      await store.append(events, start);
      for (const event of events) expect(await store.request(event.id)).toEqual(event);
      await restart();
      for (const event of events) expect(await store.request(event.id)).toEqual(event);
    });

    test("unknown stays null and zero stays zero", async () => {
      const unknown = requestEvent({ id: "unknown", ...unknownEverything });
      const zero = requestEvent({
        id: "zero",
        latencyMs: 0,
        ttftMs: 0,
        cost: 0,
        statusCode: 0,
        usage: { input: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0 },
      });
      await store.append([unknown, zero], start);
      expect(await store.request("unknown")).toEqual(unknown);
      expect(await store.request("zero")).toEqual(zero);
      const [sum] = (await store.restore(everything)).totals.filter((t) => t.provider === null);
      expect(sum).toMatchObject({ requests: 1, unknownUsage: 1, unknownCost: 1, cost: 0 });
    });

    test("any text survives: scripts, emoji, quotes, control characters, empty", async () => {
      const texts = [
        "Grüße 你好 مرحبا",
        "👩‍👩‍👧‍👦🚀",
        `a'b"c\\d;--`,
        "tab\tnew\nline",
        "nul\u0000in",
        "",
        "%_$1",
      ];
      const events = texts.map((text, i) =>
        requestEvent({
          id: `${i} ${text}`,
          model: `m${text}`,
          userId: text,
          failure: { type: text, message: text },
          status: "error",
        }),
      );
      await store.append(events, start);
      await restart();
      for (const event of events) {
        expect(await store.request(event.id)).toEqual(event);
        const found = await store.requests({ model: event.model, userId: event.userId ?? "" }, 5);
        expect(found.requests).toEqual([event]);
      }
    });

    test("fractions and large numbers are kept exactly", async () => {
      const event = requestEvent({
        created: start + 0.25,
        latencyMs: 0.1 + 0.2,
        cost: 1e-9,
        usage: { input: 2 ** 50 + 1, cacheRead: 1, cacheWrite: 0, output: 3, reasoning: 0 },
      });
      await store.append([event], start);
      expect(await store.request("r")).toEqual(event);
    });

    test("restore gives totals by model and provider over all time", async () => {
      await store.append(
        [
          requestEvent({ id: "a", created: 1 }),
          requestEvent({ id: "b", ...failed, usage: null, cost: null }),
          requestEvent({ id: "c", provider: "azure.ai.openai" }),
        ],
        start,
      );
      await restart();
      const { totals } = await store.restore({ ...everything, windowFrom: start * 2 });
      expect(totals).toHaveLength(2);
      expect(totals).toContainEqual({
        model: "gpt-4o",
        provider: "openai",
        requests: 2,
        errors: 1,
        promptTokens: 125,
        completionTokens: 50,
        cachedTokens: 20,
        reasoningTokens: 10,
        cost: 0.0125,
        latencyMs: 1600,
        unknownUsage: 1,
        unknownCost: 1,
      });
    });

    test("restore gives the window, the newest, the failed, the ids and the hourly costs", async () => {
      const events = many(10, (i) => ({
        created: start + i * minute,
        latencyMs: i === 2 ? 60 * minute : 1000,
        ...(i % 4 === 0 ? failed : {}),
      }));
      await store.append(events.slice(0, 5), start);
      await store.append(events.slice(5), start + 1);
      await restart();
      const restored = await store.restore({
        windowFrom: start + 7 * minute + 1000,
        idsFrom: start,
        costsFrom: start + 1,
        recent: 3,
      });
      const names = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);
      // The long one ended last although it began early.
      expect(names(restored.window)).toEqual(["r8", "r9", "r2"]);
      expect(restored.recent).toEqual([events[9], events[8], events[7]]);
      expect(names(restored.failed)).toEqual(["r8", "r4", "r0"]);
      expect(names(restored.ids).sort()).toEqual(["r5", "r6", "r7", "r8", "r9"]);
      expect(restored.ids[0]?.storedAt).toBe(start + 1);
      expect(restored.costs).toEqual([
        { hour: start, model: "gpt-4o", service: "assistant", cost: expect.closeTo(0.1125, 12) },
      ]);
    });

    test("a running request is kept apart, replaced, and gone once it finishes", async () => {
      const running = requestEvent({ status: "in_progress", latencyMs: null, usage: null });
      await store.append([running], start);
      await store.append([{ ...running, ttftMs: 77 }], start + 1);
      await restart();
      const before = await store.restore(everything);
      expect(before.inProgress).toEqual([{ ...running, ttftMs: 77 }]);
      expect(before.totals).toEqual([]);
      expect(before.ids).toEqual([]);
      expect(await store.request("r")).toEqual({ ...running, ttftMs: 77 });
      expect((await store.requests({ status: "in_progress" }, 5)).requests).toHaveLength(1);

      await store.append([requestEvent()], start + 2);
      expect(await store.request("r")).toEqual(requestEvent());
      expect((await store.requests({}, 5)).requests).toEqual([requestEvent()]);
      await restart();
      const after = await store.restore(everything);
      expect(after.inProgress).toEqual([]);
      expect(after.totals[0]?.requests).toBe(1);
    });

    test("a request that starts and finishes in one batch is stored once, finished", async () => {
      const running = requestEvent({ status: "in_progress", latencyMs: null });
      await store.append([running, requestEvent()], start);
      expect((await store.restore(everything)).inProgress).toEqual([]);
      expect((await store.requests({}, 5)).requests).toEqual([requestEvent()]);
    });

    test("pages are newest first by creation, ties by storing, complete and without repeats", async () => {
      const events = many(95, (i) => ({ created: start + ((i * 7) % 10) }));
      await store.append(events, start);
      const expected = events
        .map((event, order) => ({ event, order }))
        .sort((a, b) => b.event.created - a.event.created || b.order - a.order)
        .map(({ event }) => event.id);
      expect(await allPages(store, {}, 10)).toEqual(expected);
      expect(await allPages(store, {}, 95)).toEqual(expected);
      expect((await store.requests({}, 95)).nextCursor).toBeNull();
    });

    test("pages stay whole while data arrive", async () => {
      await store.append(many(60), start);
      const running = { status: "in_progress", latencyMs: null } as const;
      await store.append([requestEvent({ id: "late", created: start + 45, ...running })], start);
      const seen: string[] = [];
      let cursor: string | undefined;
      for (let page = 0; ; page++) {
        const { requests, nextCursor } = await store.requests({}, 10, cursor);
        seen.push(...requests.map(({ id }) => id));
        if (nextCursor === null) break;
        cursor = nextCursor;
        // Newer than everything, and one that was on an earlier page finishes.
        await store.append(
          [requestEvent({ id: `new${page}`, created: start + 1000 + page })],
          start,
        );
        if (page === 2)
          await store.append([requestEvent({ id: "late", created: start + 45 })], start);
      }
      const old = seen.filter((id) => !id.startsWith("new"));
      expect(old).toHaveLength(61);
      expect(new Set(seen).size).toBe(seen.length);
    });

    test("a cursor that is not ours is refused", async () => {
      await store.append(many(3), start);
      const { nextCursor } = await store.requests({}, 2);
      const last = nextCursor ?? "";
      for (const cursor of ["", "x", "!!!!", `${last}A`, `${last}=`, btoa("1/2/3"), btoa("a/1")]) {
        await expect(store.requests({}, 2, cursor)).rejects.toMatchObject({ name: "CursorError" });
      }
    });

    test("every filter selects, and several must all hold", async () => {
      const different: readonly (readonly [RequestFilter, Partial<RequestEvent>])[] = [
        [{ model: "o3" }, { model: "o3" }],
        [{ provider: "x_ai" }, { provider: "x_ai" }],
        [{ status: "error" }, failed],
        [{ userId: "u" }, { userId: "u" }],
        [{ organizationId: "o" }, { organizationId: "o" }],
        [{ endpoint: "chat" }, { endpoint: "chat" }],
        [{ service: "s" }, { service: "s" }],
        [{ minLatencyMs: 5000 }, { latencyMs: 5000 }],
        [{ maxLatencyMs: 10 }, { latencyMs: 10 }],
        [{ from: start + 500 }, { created: start + 500 }],
        [{ to: start }, { created: start - 1 }],
        [{ text: "slow down, please" }, failed],
        [{ text: "RATE_LIMIT" }, failed],
        [{ text: "GRÜN" }, { model: "grün" }],
        [{ text: "50%_" }, { userId: "50%_x" }],
      ];
      for (const [i, [, changes]] of different.entries()) {
        await store.append([requestEvent({ id: `f${i}`, ...changes })], start);
      }
      for (const [i, [filter]] of different.entries()) {
        const ids = await allPages(store, filter, 3);
        expect(ids, JSON.stringify(filter)).toContain(`f${i}`);
        expect(ids.length, JSON.stringify(filter)).toBeLessThanOrEqual(3);
      }
      expect(await allPages(store, { model: "o3", status: "error" }, 3)).toEqual([]);
      expect(await allPages(store, { text: "f0", model: "o3" }, 3)).toEqual(["f0"]);
    });

    test("values are never read as SQL", async () => {
      await store.append(many(3), start);
      const hostile = "' OR 1=1; DROP TABLE requests; --";
      expect((await store.requests({ model: hostile, text: hostile }, 5)).requests).toEqual([]);
      expect(await store.request(hostile)).toBeNull();
      expect((await store.requests({}, 5)).requests).toHaveLength(3);
    });

    test("series count, sum and leave gaps out", async () => {
      await store.append(
        [
          requestEvent({ id: "a", created: start }),
          requestEvent({ id: "b", created: start + 59_999, ...failed, cost: null }),
          requestEvent({ id: "c", created: start + 3 * minute, usage: null }),
          requestEvent({ id: "d", created: start + 10 * minute }),
        ],
        start,
      );
      const range = { from: start, to: start + 10 * minute, step: minute };
      const points = async (metric: Parameters<HistoryStore["series"]>[0]["metric"]) =>
        (await store.series({ metric, ...range }))[0]?.points;
      const third = start + 3 * minute;
      expect(await points("requests")).toEqual([
        [start, 2],
        [third, 1],
      ]);
      expect(await points("errors")).toEqual([
        [start, 1],
        [third, 0],
      ]);
      expect(await points("error_rate")).toEqual([
        [start, 0.5],
        [third, 0],
      ]);
      expect(await points("prompt_tokens")).toEqual([[start, 250]]);
      expect(await points("completion_tokens")).toEqual([[start, 100]]);
      expect(await points("tokens")).toEqual([[start, 350]]);
      expect(await points("cost")).toEqual([
        [start, 0.0125],
        [third, 0.0125],
      ]);
      expect(await store.series({ metric: "requests", ...range, from: 0, to: 1 })).toEqual([]);
    });

    test("series percentiles are exact and averages ignore the unknown", async () => {
      const latencies = Array.from({ length: 100 }, (_, i) => (i + 1) * 10);
      await store.append(
        [
          ...latencies.map((latencyMs, i) =>
            requestEvent({ id: `l${i}`, latencyMs, ttftMs: latencyMs / 10 }),
          ),
          requestEvent({ id: "unknown", latencyMs: null, ttftMs: null }),
        ],
        start,
      );
      const range = { from: start, to: start + minute, step: minute };
      const value = async (metric: Parameters<HistoryStore["series"]>[0]["metric"]) =>
        (await store.series({ metric, ...range }))[0]?.points[0]?.[1];
      expect(await value("p50_latency_ms")).toBe(500);
      expect(await value("p95_latency_ms")).toBe(950);
      expect(await value("p99_latency_ms")).toBe(990);
      expect(await value("p50_ttft_ms")).toBe(50);
      expect(await value("p99_ttft_ms")).toBe(99);
      expect(await value("avg_latency_ms")).toBe(505);
    });

    test("series by group make one line each, the unknown group included", async () => {
      await store.append(
        [
          requestEvent({ id: "a", service: "x" }),
          requestEvent({ id: "b", service: null }),
          requestEvent({ id: "c", service: "x", created: start + minute }),
        ],
        start,
      );
      const range = { from: start, to: start + 2 * minute, step: minute };
      expect(await store.series({ metric: "requests", groupBy: "service", ...range })).toEqual([
        {
          group: "x",
          points: [
            [start, 1],
            [start + minute, 1],
          ],
        },
        { group: null, points: [[start, 1]] },
      ]);
    });

    test("a batch of 10,000 is stored whole, with exact sums", async () => {
      await store.append(many(10_000), start);
      await restart();
      const restored = await store.restore({ ...everything, recent: 1 });
      expect(restored.totals[0]).toMatchObject({
        requests: 10_000,
        promptTokens: 1_250_000,
        completionTokens: 500_000,
      });
      expect(restored.ids).toHaveLength(10_000);
      expect(new Set(await allPages(store, {}, 1_000)).size).toBe(10_000);
    });

    test("appends and reads at the same time all succeed, and nothing is lost", async () => {
      const batches = Array.from({ length: 20 }, (_, b) =>
        many(50, (i) => ({ id: `b${b}-${i}`, created: start + b })),
      );
      const reads = batches.map(() => store.requests({}, 5));
      await Promise.all([...batches.map((batch) => store.append(batch, start)), ...reads]);
      expect((await store.restore(everything)).totals[0]?.requests).toBe(1_000);
    });

    test("an empty batch is stored at once", async () => {
      await expect(store.append([], start)).resolves.toBeUndefined();
    });

    test("closing waits for what was appended; afterwards every call is refused", async () => {
      const appended = store.append(many(100), start);
      await store.close();
      await appended;
      await store.close();
      await expect(store.append([requestEvent()], start)).rejects.toMatchObject({
        name: "StorageError",
      });
      await expect(store.requests({}, 1)).rejects.toMatchObject({ name: "StorageError" });
      store = await place.open();
      expect((await store.restore(everything)).totals[0]?.requests).toBe(100);
    });
  });
}
