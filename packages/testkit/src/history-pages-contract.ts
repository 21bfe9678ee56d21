import type { HistoryStore, RequestEvent, RequestFilter } from "telltale";
import { expect } from "vitest";
import { failed, many, start } from "./history-fixtures.ts";
import fc, { runs } from "./properties.ts";
import { requestEvent } from "./request-event.ts";

const BATCH = 10_000;
const COUNT = 60_000;

/** Latencies are spread evenly below 1001 ms; two requests in a row have one time, every seventh comes late. */
const requests = many(COUNT, (i) => ({
  created: start + Math.floor(i / 2) * 10 - (i % 7 === 0 ? ((i * 31) % 30_000) * 10 : 0),
  latencyMs: ((i * 7919) % 100_003) / 100,
  userId: i % 20_011 === 0 ? "rare" : `u${i % 50}`,
  ...(i % 9973 === 5 ? { ...failed, failure: { type: "quota", message: "Out of it" } } : {}),
}));

const maybe = <T>(values: fc.Arbitrary<T>, weight: number): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(undefined) }, { weight, arbitrary: values });
const time = fc.nat(COUNT * 5).map((ms) => start + ms);

const filters: fc.Arbitrary<RequestFilter> = fc.record({
  minLatencyMs: maybe(fc.constantFrom(500, 995, 999.5, 1000.01, 4000, 9000), 4),
  userId: maybe(fc.constantFrom("u7", "rare", "nobody"), 4),
  text: maybe(fc.constantFrom("quota", "r5999"), 1),
  from: maybe(time, 1),
  to: maybe(time, 4),
});

const forever = { rolledBefore: null, runningBefore: null, maxBytes: null };

/**
 * Pages of rows that lie near to one another and far apart: amended ones, running ones, after others
 * were forgotten.
 */
export async function expectPlainPages(
  store: HistoryStore,
  passes: (event: RequestEvent, filter: RequestFilter) => boolean,
): Promise<void> {
  const running = Array.from({ length: 5 }, (_, i) =>
    requestEvent({
      id: `running${i}`,
      created: start + i * 70_000 + 5,
      status: "in_progress",
      latencyMs: null,
    }),
  );
  for (let at = 0; at < COUNT; at += BATCH) {
    await store.append(requests.slice(at, at + BATCH), start + at);
    if (at === 0) await store.append(running, start);
    if (at < 3 * BATCH) await store.rollUp();
    if (at === 3 * BATCH) await store.retain({ ...forever, storedBefore: start + 1 });
  }
  const amended = requests.map((event, i) =>
    i > BATCH && i % 8009 === 0 ? { ...event, latencyMs: 5000 } : event,
  );
  const amendments = requests.flatMap((before, i) => {
    const after = amended[i];
    return after === undefined || after === before ? [] : [{ before, after }];
  });
  await store.append([], start + COUNT, amendments);
  const oldest = [...amended.slice(BATCH), ...running]
    .map((event, seq) => ({ event, seq }))
    .sort((a, b) => a.event.created - b.event.created || a.seq - b.seq)
    .map(({ event }) => event);
  const inOrder = { oldest, newest: [...oldest].reverse() };

  await fc.assert(
    fc.asyncProperty(
      filters,
      fc.constantFrom(1, 10, 100, 1000),
      fc.constantFrom("newest" as const, "oldest" as const),
      async (filter, limit, order) => {
        const expected = inOrder[order].filter((event) => passes(event, filter));
        let cursor: string | undefined;
        for (let at = 0; at < 3 * limit; at += limit) {
          const page = await store.requests(filter, limit, cursor, order);
          expect(page.requests).toEqual(expected.slice(at, at + limit));
          expect(page.nextCursor === null).toBe(at + limit >= expected.length);
          if (page.nextCursor === null) return;
          cursor = page.nextCursor;
        }
      },
    ),
    { numRuns: runs(80) },
  );
}
