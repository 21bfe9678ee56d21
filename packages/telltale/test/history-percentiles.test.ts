import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { SeriesMetric } from "@telltale/protocol";
import { requestEvent } from "@telltale/testkit/request-event";
import { seededRandom } from "@telltale/testkit/seeded-random";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDuckdbStore } from "../src/history/duckdb/store.ts";
import type { HistoryStore } from "../src/history/store.ts";

const hour = 3_600_000;
const start = Date.UTC(2026, 0, 1);
const random = seededRandom(11);

const times = <T>(count: number, make: (i: number) => T): T[] =>
  Array.from({ length: count }, (_, i) => make(i));

/** Middles of neighbouring buckets and their edges, where rounding would show. */
const GAMMA = 1.0099 / 0.9901;

/** ms; each is a model of its own. */
const distributions: Readonly<Record<string, readonly number[]>> = {
  one: [1234.5],
  same: times(500, () => 87.25),
  "log-normal": times(2000, () =>
    Math.exp(7 + 0.8 * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(6.2831853 * random())),
  ),
  "heavy tail": times(2000, () => 10 / (1 - random()) ** 2),
  "two far apart": times(1000, (i) => (i % 20 === 0 ? 600_000 + i : 3 + random() / 100)),
  "mostly the least": times(1000, (i) => (i < 989 ? 0.001 : 9e8 + i)),
  "bucket edges": times(1300, (i) => GAMMA ** (i - 300) * (1 + (i % 3) * 1e-9)),
  "ever longer": times(1500, (i) => 0.01 * 1.012 ** i),
  "whole ms": times(1500, () => Math.ceil(random() * 30)),
};

let directory: string;
let store: HistoryStore;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "telltale-percentiles-"));
  store = await openDuckdbStore({ path: join(directory, "history.duckdb") });
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

const shares = { p50: 0.5, p75: 0.75, p90: 0.9, p95: 0.95, p99: 0.99, p999: 0.999 } as const;

/** Stores the values in `pieces` that are summed up apart, over six hours, and compares each percentile. */
async function expectWithinOnePercent(
  values: Readonly<Record<string, readonly number[]>>,
  pieces: number,
): Promise<void> {
  const events = Object.entries(values).flatMap(([model, list]) =>
    list.map((value, i) => {
      const ended = start + Math.floor(((i * 7919) % list.length) * ((6 * hour - 1) / list.length));
      return requestEvent({
        id: `${model}-${i}`,
        model,
        created: ended - value,
        latencyMs: value,
        ttftMs: value,
      });
    }),
  );
  for (let piece = 0; piece < pieces; piece++) {
    await store.append(
      events.filter((_, i) => i % pieces === piece),
      start + 7 * hour,
    );
    await store.rollUp();
  }
  for (const step of [hour, 6 * hour]) {
    for (const groupBy of ["model", undefined] as const) {
      const exact = new Map<string, number[]>();
      for (const { model, created, latencyMs } of events) {
        const at = Math.floor((created + (latencyMs ?? 0)) / step) * step;
        const key = `${groupBy === undefined ? null : model} ${at}`;
        exact.set(key, [...(exact.get(key) ?? []), latencyMs ?? 0]);
      }
      for (const list of exact.values()) list.sort((a, b) => a - b);
      for (const [name, share] of Object.entries(shares)) {
        for (const of of ["latency", "ttft"]) {
          const metric = `${name}_${of}_ms` as SeriesMetric;
          const range = { from: start, to: start + 6 * hour, step };
          const lines = await store.series({ metric, groupBy, ...range });
          let points = 0;
          for (const { group, points: line } of lines) {
            for (const [at, value] of line) {
              const list = exact.get(`${group} ${at}`) ?? [];
              const truth = list[Math.ceil(share * list.length) - 1] ?? Number.NaN;
              points++;
              // Up to 1e-3 ms all is one bucket, which says 0.
              if (truth <= 1e-3) expect(value).toBe(0);
              else
                expect(
                  Math.abs(value - truth) / truth,
                  `${metric} of ${group} by ${step}`,
                ).toBeLessThanOrEqual(0.01);
            }
          }
          expect(points).toBe(exact.size);
        }
      }
    }
  }
}

test("[F1] percentiles of the history are within 1%, for adversarial distributions, across merges", async () => {
  await expectWithinOnePercent(distributions, 5);
}, 120_000);

const trace = process.env["TELLTALE_AZURE_TRACE"];
test.skipIf(trace === undefined)(
  "[F1] percentiles of the history are within 1% on the Azure trace",
  async () => {
    const lines = (await readFile(trace ?? "", "utf8")).trim().split("\n").slice(1);
    const rows = lines.map((line) => line.split(",").slice(1).map(Number));
    const column = (at: number): number[] => rows.map((row) => row[at] ?? 0);
    await expectWithinOnePercent(
      {
        prompt: column(0),
        generated: column(1),
        // As long as a prompt of it takes to read and an answer of it to write.
        latency: rows.map(([prompt = 0, generated = 0]) => 20 + prompt * 0.11 + generated * 23.4),
      },
      5,
    );
  },
  300_000,
);
