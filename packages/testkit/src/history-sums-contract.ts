import type { HistoryStore, RequestEvent, SeriesQuery } from "telltale";
import { expect } from "vitest";
import { start } from "./history-fixtures.ts";
import { requestEvent } from "./request-event.ts";
import { seededRandom } from "./seeded-random.ts";

const minute = 60_000;
const hour = 60 * minute;
const models = ["gpt-4o", "claude-sonnet-4-5", "o4-mini"] as const;

/** Requests over `hours`, some of which nothing is known of. */
function traffic(name: string, count: number, hours: number, seed: number): RequestEvent[] {
  const random = seededRandom(seed);
  const pick = <T>(from: readonly T[], otherwise: T): T =>
    from[Math.floor(random() * from.length)] ?? otherwise;
  return Array.from({ length: count }, (_, i) => {
    const failed = random() < 0.1;
    // A tail as long as that of real latencies.
    const latencyMs = random() < 0.05 ? null : Math.exp(4 + 3 * random() + 2 * random());
    return requestEvent({
      id: `${name}${i}`,
      model: pick(models, "gpt-4o"),
      provider: pick(["openai", "azure", null], null),
      service: pick(["shop", "bot", null], null),
      userId: `u${Math.floor(random() * 5)}`,
      status: failed ? "error" : "success",
      failure: failed ? { type: "timeout", message: "Too slow" } : null,
      created: start + Math.floor(random() * hours * hour),
      latencyMs,
      ttftMs: latencyMs === null || random() < 0.3 ? null : latencyMs / 3,
      usage:
        random() < 0.1
          ? null
          : {
              input: Math.floor(random() * 1000),
              cacheRead: 3,
              cacheWrite: 1,
              output: Math.floor(random() * 500),
              reasoning: 0,
            },
      cost: random() < 0.1 ? null : random() / 100,
    });
  });
}

const endOf = (event: RequestEvent): number => event.created + (event.latencyMs ?? 0);
const sum = (values: readonly number[]): number | null =>
  values.length === 0 ? null : values.reduce((a, b) => a + b, 0);
const known = (values: readonly (number | null)[]): number[] =>
  values.filter((value) => value !== null);
const promptOf = ({ usage }: RequestEvent): number | null =>
  usage && usage.input + usage.cacheRead + usage.cacheWrite;

const mean = (values: readonly number[]): number | null => {
  const total = sum(values);
  return total === null ? null : total / values.length;
};

function rank(values: number[], q: number): number | null {
  return values.sort((a, b) => a - b)[Math.max(1, Math.ceil(q * values.length)) - 1] ?? null;
}

type Figure = (events: readonly RequestEvent[]) => number | null;

const latencies = (events: readonly RequestEvent[]): number[] =>
  known(events.map(({ latencyMs }) => latencyMs));
const failures: Figure = (events) => events.filter(({ status }) => status === "error").length;

/** What each metric is, and how far from it an answer may be. */
const metrics: readonly (readonly [SeriesQuery["metric"], number, Figure])[] = [
  ["requests", 0, (events) => events.length],
  ["errors", 0, failures],
  ["prompt_tokens", 0, (events) => sum(known(events.map(promptOf)))],
  ["cost", 1e-9, (events) => sum(known(events.map(({ cost }) => cost)))],
  ["error_rate", 1e-9, (events) => (failures(events) ?? 0) / events.length],
  ["avg_latency_ms", 1e-9, (events) => mean(latencies(events))],
  ["max_latency_ms", 0, (events) => rank(latencies(events), 1)],
  ["p50_latency_ms", 0.01, (events) => rank(latencies(events), 0.5)],
  ["p99_latency_ms", 0.01, (events) => rank(latencies(events), 0.99)],
  ["p95_ttft_ms", 0.01, (events) => rank(known(events.map(({ ttftMs }) => ttftMs)), 0.95)],
];

const groupOf = {
  model: (e: RequestEvent) => e.model,
  provider: (e: RequestEvent) => e.provider,
  service: (e: RequestEvent) => e.service,
  status: (e: RequestEvent) => e.status,
  user_id: (e: RequestEvent) => e.userId,
} as const;

/** Ranges whose ends fit no period, one period, and periods of every length. */
const ranges: readonly Pick<SeriesQuery, "from" | "to" | "step">[] = [
  { from: start, to: start + 6 * hour, step: hour },
  { from: start + 17 * minute + 123, to: start + 5 * hour + 41 * minute + 7, step: hour },
  { from: start + 17 * minute + 123, to: start + 5 * hour + 41 * minute + 7, step: 5 * minute },
  { from: start - hour, to: start + 7 * hour, step: 3 * hour },
  { from: start + hour + 1, to: start + 2 * hour - 1, step: minute },
  { from: start + 30 * minute, to: start + 90 * minute + 500, step: hour },
  { from: start, to: start + 6 * hour, step: 90_000 },
];

async function expectRight(
  store: HistoryStore,
  events: readonly RequestEvent[],
  except: readonly SeriesQuery["metric"][] = [],
): Promise<void> {
  for (const range of ranges) {
    for (const groupBy of [
      undefined,
      "model",
      "provider",
      "service",
      "status",
      "user_id",
    ] as const) {
      const cells = new Map<string, RequestEvent[]>();
      for (const event of events) {
        const end = endOf(event);
        if (end < range.from || end >= range.to) continue;
        const group = groupBy === undefined ? null : groupOf[groupBy](event);
        const key = `${group} ${Math.floor(end / range.step) * range.step}`;
        cells.set(key, [...(cells.get(key) ?? []), event]);
      }
      for (const [metric, tolerance, expected] of metrics) {
        if (except.includes(metric)) continue;
        const query = { metric, groupBy, ...range };
        const points = new Map<string, number>(
          (await store.series(query)).flatMap(({ group, points: line }) =>
            line.map(([at, value]) => [`${group} ${at}`, value] as const),
          ),
        );
        const wanted = new Map(
          Array.from(cells, ([key, list]) => [key, expected(list)] as const).filter(
            ([, value]) => value !== null,
          ),
        );
        const place = JSON.stringify(query);
        expect([...points.keys()].sort(), place).toEqual([...wanted.keys()].sort());
        for (const [key, value] of wanted) {
          const got = points.get(key) ?? Number.NaN;
          expect(
            Math.abs(got - (value ?? 0)),
            `${place} at ${key}: ${got}, not ${value}`,
          ).toBeLessThanOrEqual(tolerance * Math.abs(value ?? 0));
        }
      }
    }
  }
}

/** A store that is opened anew from time to time. */
export interface Reopened {
  readonly opened: () => HistoryStore;
  readonly restart: () => Promise<void>;
}

const stored = start + 24 * hour;

/** Holds series from sums to what the requests say. */
export async function expectSeriesFromSums({ opened, restart }: Reopened): Promise<void> {
  const first = traffic("a", 1500, 6, 1);
  await opened().append(first, stored);
  await opened().rollUp();
  await expectRight(opened(), first);
  const second = traffic("b", 700, 6, 2);
  await opened().append(second, stored + 1);
  await expectRight(opened(), [...first, ...second]);
  await opened().rollUp();
  await restart();
  await expectRight(opened(), [...first, ...second]);
}

/** Holds totals to what they were before requests and hours were forgotten. */
export async function expectLastingTotals({ opened, restart }: Reopened): Promise<void> {
  const events = traffic("a", 400, 6, 3);
  await opened().append(events, stored);
  await opened().rollUp();
  await opened().append(traffic("b", 100, 2, 4), stored + hour);
  const all = { windowFrom: 0, costsFrom: 0, recent: 5 };
  const before = (await opened().restore(all)).totals;
  const kept = { storedBefore: null, rolledBefore: null, runningBefore: null, maxBytes: null };
  expect(await opened().retain(kept)).toMatchObject({ requests: 0 });
  expect(await opened().retain({ ...kept, storedBefore: stored + 1 })).toMatchObject({
    requests: 400,
  });
  const close = (totals: typeof before): unknown =>
    totals.map((one) => ({
      ...one,
      cost: one.cost.toFixed(9),
      latencyMs: one.latencyMs.toFixed(3),
    }));
  expect(close((await opened().restore(all)).totals)).toEqual(close(before));
  const range = {
    metric: "requests",
    from: start,
    to: start + 6 * hour,
    step: 6 * hour,
  } as const;
  expect((await opened().series(range))[0]?.points).toEqual([[start, 500]]);

  await opened().retain({ ...kept, rolledBefore: stored + 1 });
  await opened().retain({ ...kept, rolledBefore: stored + 1 });
  expect(close((await opened().restore(all)).totals)).toEqual(close(before));
  await restart();
  expect(close((await opened().restore(all)).totals)).toEqual(close(before));
  expect((await opened().series(range))[0]?.points).toEqual([[start, 100]]);
}

/** Requests in progress are forgotten a while after the last word of them. */
export async function expectLostForgotten({ opened }: Reopened): Promise<void> {
  const running = (id: string) => requestEvent({ id, status: "in_progress" });
  await opened().append([running("old")], stored);
  await opened().append([running("new")], stored + 1000);
  await opened().retain({
    storedBefore: null,
    rolledBefore: null,
    runningBefore: stored + 1000,
    maxBytes: null,
  });
  expect(await opened().request("old")).toBeNull();
  expect(await opened().request("new")).not.toBeNull();
}

/** Holds sums to what a request says after another account of it has come. */
export async function expectAmendedSums({ opened, restart }: Reopened): Promise<void> {
  const events = traffic("a", 300, 6, 5);
  await opened().append(events.slice(0, 200), stored);
  await opened().rollUp();
  // Of the ones amended, some are in the sums and some are not yet.
  await opened().append(events.slice(200), stored + 1);
  const slowest = Math.max(...latencies(events));
  const amended = events.map((before, i) =>
    i % 3 > 0
      ? before
      : { ...before, latencyMs: slowest, ttftMs: 7, cost: 0.5, service: "later", model: "o4-mini" },
  );
  const amendments = amended.flatMap((after, i) => {
    const before = events[i];
    return before === undefined || before === after ? [] : [{ before, after }];
  });
  await opened().append([], stored + 2, amendments);
  expect(amendments).toHaveLength(100);
  await expectRight(opened(), amended, ["max_latency_ms"]);
  await opened().rollUp();
  await restart();
  await expectRight(opened(), amended, ["max_latency_ms"]);
}
