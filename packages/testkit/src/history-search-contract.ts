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
    await store.append(stored, start);
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
