import type { HistoryStore, RequestEvent, RequestFilter, SeriesQuery } from "telltale";
import { expect, test } from "vitest";
import { allPages, failed, many, minute, start } from "./history-fixtures.ts";
import { requestEvent } from "./request-event.ts";

const later = start + 60 * minute;

/** A finished request by the time it ended. */
function endingAt(end: number, changes: Partial<RequestEvent>): RequestEvent {
  const event = requestEvent(changes);
  return { ...event, created: end - (event.latencyMs ?? 0) };
}

/** The part of the contract that is about pages, filters and series. */
export function queryContract(opened: () => HistoryStore): void {
  test("pages are newest first by creation, ties by storing, complete and without repeats", async () => {
    const store = opened();
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
    const store = opened();
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
      await store.append([requestEvent({ id: `new${page}`, created: start + 1000 + page })], start);
      if (page === 2)
        await store.append([requestEvent({ id: "late", created: start + 45 })], start);
    }
    const old = seen.filter((id) => !id.startsWith("new"));
    expect(old).toHaveLength(61);
    expect(new Set(seen).size).toBe(seen.length);
  });

  test("a cursor that is not ours is refused", async () => {
    const store = opened();
    await store.append(many(3), start);
    const { nextCursor } = await store.requests({}, 2);
    const last = nextCursor ?? "";
    for (const cursor of ["", "x", "!!!!", `${last}A`, `${last}=`, btoa("1/2/3"), btoa("a/1")]) {
      await expect(store.requests({}, 2, cursor)).rejects.toMatchObject({ name: "CursorError" });
    }
  });

  test("every filter selects, and several must all hold", async () => {
    const store = opened();
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
    const store = opened();
    await store.append(many(3), start);
    const hostile = "' OR 1=1; DROP TABLE requests; --";
    expect((await store.requests({ model: hostile, text: hostile }, 5)).requests).toEqual([]);
    expect(await store.request(hostile)).toBeNull();
    expect((await store.requests({}, 5)).requests).toHaveLength(3);
  });

  test("series count, sum and leave gaps out", async () => {
    const store = opened();
    await store.append(
      [
        endingAt(start, { id: "a" }),
        endingAt(start + 59_999, { id: "b", ...failed, cost: null }),
        endingAt(start + 3 * minute, { id: "c", usage: null }),
        endingAt(start + 10 * minute, { id: "d" }),
      ],
      later,
    );
    const range = { from: start, to: start + 10 * minute, step: minute };
    const points = async (metric: SeriesQuery["metric"]) =>
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

  test("series place a request by its end, and one that ends in the future when it was stored", async () => {
    const store = opened();
    await store.append(
      [
        requestEvent({ id: "long", created: start, latencyMs: 2 * minute }),
        requestEvent({ id: "ahead", created: start + 50 * minute }),
      ],
      start + 3 * minute,
    );
    const range = { from: start, to: start + 10 * minute, step: minute };
    expect((await store.series({ metric: "requests", ...range }))[0]?.points).toEqual([
      [start + 2 * minute, 1],
      [start + 3 * minute, 1],
    ]);
  });

  test("series percentiles are exact and averages ignore the unknown", async () => {
    const store = opened();
    const latencies = Array.from({ length: 100 }, (_, i) => (i + 1) * 10);
    await store.append(
      [
        ...latencies.map((latencyMs, i) =>
          requestEvent({ id: `l${i}`, latencyMs, ttftMs: latencyMs / 10 }),
        ),
        requestEvent({ id: "unknown", latencyMs: null, ttftMs: null }),
      ],
      later,
    );
    const range = { from: start, to: start + minute, step: minute };
    const value = async (metric: SeriesQuery["metric"]) =>
      (await store.series({ metric, ...range }))[0]?.points[0]?.[1];
    expect(await value("p50_latency_ms")).toBe(500);
    expect(await value("p95_latency_ms")).toBe(950);
    expect(await value("p99_latency_ms")).toBe(990);
    expect(await value("p50_ttft_ms")).toBe(50);
    expect(await value("p99_ttft_ms")).toBe(99);
    expect(await value("avg_latency_ms")).toBe(505);
  });

  test("series by group make one line each, the unknown group included", async () => {
    const store = opened();
    await store.append(
      [
        requestEvent({ id: "a", service: "x" }),
        requestEvent({ id: "b", service: null }),
        endingAt(start + minute, { id: "c", service: "x" }),
      ],
      later,
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
}
