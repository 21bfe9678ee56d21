import { matches, parseQuery, printQuery, type Query } from "@telltale/protocol/query";
import type { HistoryStore, RequestEvent } from "telltale";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { HistoryPlace } from "./history-contract.ts";
import { allPages, failed, many, start } from "./history-fixtures.ts";
import fc from "./properties.ts";
import { events, queries } from "./query-arbitrary.ts";
import { requestEvent } from "./request-event.ts";

/** What the queries of the contract judge a request by. */
export type ToUpdate = (event: RequestEvent) => Parameters<typeof matches>[1];

function read(text: string): Query {
  const { query, error } = parseQuery(text);
  if (error) throw new Error(error.message);
  return query;
}

/** The part of the contract that is about queries, counts and the other order. */
export function searchContract(create: () => Promise<HistoryPlace>, toUpdate: ToUpdate): void {
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

  test("a query finds what `matches` takes, whatever the events and the query", async () => {
    const stored = fc.sample(events, { numRuns: 150, seed: 7 });
    // In stretches that are summed up, and some requests since.
    for (const [from, to] of [
      [0, 30],
      [30, 31],
      [31, 90],
      [90, 130],
    ] as const) {
      await store.append(stored.slice(from, to), start);
      await store.rollUp();
    }
    await store.append(stored.slice(130), start);
    await fc.assert(
      fc.asyncProperty(queries, async (query) => {
        const found = await store.requests({ query }, 1000);
        const expected = stored.filter((event) => matches(query, toUpdate(event)));
        const ids = (list: readonly RequestEvent[]) => list.map(({ id }) => id).sort();
        expect(ids(found.requests), printQuery(query)).toEqual(ids(expected));
        expect(await store.count({ query })).toBe(expected.length);
      }),
      { numRuns: 150 },
    );
  });

  test("what was appended in stretches, amended and in part forgotten is found by all that is its own", async () => {
    const ids = Array.from({ length: 60 }, (_, i) =>
      i % 2 === 0 ? `0af76519-16cd-43dd-8448-${String(i).padStart(12, "0")}` : `Run_${i}`,
    );
    const stored = many(60, (i) => ({
      id: ids[i] ?? "",
      traceId: `trace-${i % 7}`,
      responseId: i % 3 === 0 ? null : `Resp-${i}`,
      userId: i % 20 === 0 ? "Rare" : `u${i % 5}`,
      ...(i % 15 === 0
        ? { status: "error", failure: { type: "quota", message: `Out of ${i}` } }
        : {}),
    }));
    for (let at = 0; at < 60; at += 10) {
      await store.append(stored.slice(at, at + 10), start + at);
      if (at < 50) await store.rollUp();
    }
    const amended = stored.map((before, i) =>
      i % 12 === 0 ? { ...before, userId: "Later", traceId: "trace-late", model: "o9" } : before,
    );
    await store.append(
      [],
      start + 100,
      amended.flatMap((after, i) => {
        const before = stored[i];
        return before === undefined || before === after ? [] : [{ before, after }];
      }),
    );
    const expectFound = async (expected: readonly RequestEvent[]): Promise<void> => {
      const texts = [
        ...["user:rare", "user:later", 'user:"Later"', "user:*ar*", "user:u1", "user:nobody"],
        ...[
          "trace:trace-late",
          "trace:TRACE-3",
          'trace:"TRACE-3"',
          "response:resp-4,resp-5",
          "model:o9",
        ],
        ...["quota", '"out of 15"', "message:30", "run_7", "0af7", "8448-0000", "trace-3 user:u1"],
        ...[
          "-user:rare",
          "status:error",
          `id:${ids[8]}`,
          `id:${ids[9]?.toUpperCase()}`,
          "later status:error",
        ],
      ];
      for (const text of texts) {
        const query = read(text);
        const wanted = expected.filter((event) => matches(query, toUpdate(event)));
        const newest = wanted.map(({ id }) => id).reverse();
        expect(await allPages(store, { query }, 25), text).toEqual(newest);
        const oldest = await store.requests({ query }, 100, undefined, "oldest");
        expect(oldest.requests, text).toEqual(wanted);
        expect(await store.count({ query }), text).toBe(wanted.length);
      }
      for (const [i, event] of amended.entries()) {
        if (i % 4 > 0) continue;
        expect(await store.request(event.id)).toEqual(expected.includes(event) ? event : null);
        expect(await store.request(`${ids[i]}x`)).toBeNull();
      }
      const users = expected.filter(({ userId }) => userId === "Rare");
      expect((await store.requests({ userId: "Rare" }, 100, undefined, "oldest")).requests).toEqual(
        users,
      );
    };
    await expectFound(amended);
    await store.rollUp();
    await expectFound(amended);
    const kept = { rolledBefore: null, runningBefore: null, maxBytes: null };
    await store.retain({ ...kept, storedBefore: start + 25 });
    await expectFound(amended.slice(30));
  }, 120_000);

  test("a query narrows a series, together with every other filter", async () => {
    await store.append(
      many(10, (i) => ({ userId: `u${i % 2}`, ...(i < 4 ? failed : {}) })),
      start + 60_000,
    );
    const range = { from: start, to: start + 3_600_000, step: 3_600_000 };
    const series = (text: string) =>
      store.series({ metric: "requests", ...range, query: read(text) });
    expect(await series("status:error user:u0")).toEqual([{ group: null, points: [[start, 2]] }]);
    expect(await series("model:nothing")).toEqual([]);
    expect(await store.count({ userId: "u1", query: read("-status:error") })).toBe(3);
  });

  test("pages go oldest first too, complete and without repeats, while data arrive", async () => {
    await store.append(many(25), start);
    const seen: string[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < 20; page++) {
      const { requests, nextCursor } = await store.requests({}, 4, cursor, "oldest");
      seen.push(...requests.map(({ id }) => id));
      if (nextCursor === null) break;
      cursor = nextCursor;
      await store.append([requestEvent({ id: `new${page}`, created: start + 25 + page })], start);
    }
    expect(seen.slice(0, 25)).toEqual(many(25).map(({ id }) => id));
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen).toContain("new0");
    expect(await allPages(store, {}, 7)).toHaveLength(await store.count({}));
  });
}
