import type { HistoryStore, RequestEvent } from "telltale";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { allPages, failed, many, minute, start } from "./history-fixtures.ts";
import { queryContract } from "./history-query-contract.ts";
import { requestEvent } from "./request-event.ts";

/** One place where a store keeps its data; opened again, it finds them. */
export interface HistoryPlace {
  open(): Promise<HistoryStore>;
  remove(): Promise<void>;
}

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
  apiKey: null,
  queueMs: null,
  serviceTier: null,
  attributes: null,
};

const everything = { windowFrom: 0, costsFrom: 0, recent: 100 };

/** When each id was stored that was stored from `from` on. */
async function knownSince(store: HistoryStore, from: number): Promise<number[]> {
  const ids = await store.storedIds([{ from, to: Number.POSITIVE_INFINITY }]);
  return ids.flatMap(({ storedAt }) => [...storedAt]);
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
        costs: [],
      });
      const { accounts, joins } = await store.remembered(0);
      expect({ accounts: [...accounts], joins }).toEqual({ accounts: [], joins: [] });
      expect(await knownSince(store, 0)).toEqual([]);
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
      const later = start + 120 * minute;
      await store.append(events.slice(0, 5), later);
      await store.append(events.slice(5), later + 1);
      await restart();
      const restored = await store.restore({
        windowFrom: start + 7 * minute + 1000,
        costsFrom: start + 1001,
        recent: 3,
      });
      const names = (list: readonly { readonly id: string }[]) => list.map(({ id }) => id);
      // The long one ended last although it began early.
      expect(names(restored.window)).toEqual(["r8", "r9", "r2"]);
      expect(restored.recent).toEqual([events[9], events[8], events[7]]);
      expect(names(restored.failed)).toEqual(["r8", "r4", "r0"]);
      expect(await knownSince(store, later + 1)).toEqual(Array(5).fill(later + 1));
      expect(restored.costs).toEqual([
        { hour: start, model: "gpt-4o", service: "assistant", cost: expect.closeTo(0.1, 12) },
        { hour: start + 60 * minute, model: "gpt-4o", service: "assistant", cost: 0.0125 },
      ]);
    });

    test("ids are told of the times asked for, both ends included", async () => {
      for (let i = 0; i < 8; i++) await store.append([requestEvent({ id: `r${i}` })], start + i);
      const told = await store.storedIds([
        { from: 0, to: start + 1 },
        { from: start + 3, to: start + 3 },
        { from: start + 6, to: Number.POSITIVE_INFINITY },
      ]);
      const times = told.flatMap(({ storedAt }) => [...storedAt]);
      expect(times.map((time) => time - start)).toEqual([0, 1, 3, 6, 7]);
      expect(told.reduce((sum, { hashes }) => sum + hashes.length, 0)).toBe(5 * 4);
      expect(await store.storedIds([])).toEqual([]);
    });

    test("a running request is kept apart, replaced, and gone once it finishes", async () => {
      const running = requestEvent({ status: "in_progress", latencyMs: null, usage: null });
      await store.append([running], start);
      await store.append([{ ...running, ttftMs: 77 }], start + 1);
      await restart();
      const before = await store.restore(everything);
      expect(before.inProgress).toEqual([{ ...running, ttftMs: 77 }]);
      expect(before.totals).toEqual([]);
      expect(await knownSince(store, 0)).toEqual([]);
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

    queryContract(() => store);

    test("a batch of 10,000 is stored whole, with exact sums", async () => {
      await store.append(many(10_000), start);
      await restart();
      const restored = await store.restore({ ...everything, recent: 1 });
      expect(restored.totals[0]).toMatchObject({
        requests: 10_000,
        promptTokens: 1_250_000,
        completionTokens: 500_000,
      });
      const ids = await store.storedIds([{ from: 0, to: Number.POSITIVE_INFINITY }]);
      const hashes = ids.flatMap((some) =>
        Array.from(some.storedAt, (_, i) => some.hashes.slice(4 * i, 4 * i + 4).join()),
      );
      expect(hashes).toHaveLength(10_000);
      expect(new Set(hashes).size).toBe(10_000);
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
