import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requestEvent } from "@telltale/testkit/request-event";
import { expect, test } from "vitest";
import { openDuckdbStore } from "../src/history/duckdb/store.ts";

const hour = 3_600_000;
const created = Date.UTC(2026, 0, 1);
const metric = "inter_token_latency_ms";

test("[H1] the time between tokens is of requests that have a first token, by rows, sums, cells and evidence alike", async () => {
  const directory = await mkdtemp(join(tmpdir(), "telltale-pace-"));
  const store = await openDuckdbStore({ path: join(directory, "history.duckdb") });
  const usage = { input: 10, cacheRead: 0, cacheWrite: 0, output: 11, reasoning: 0 };
  const event = (id: string, latencyMs: number | null, ttftMs: number | null) =>
    requestEvent({ id, created, latencyMs, ttftMs, usage });
  await store.append(
    [
      event("streamed", 300, 100),
      event("whole", 300, null),
      event("running on", null, 100),
      event("at once", 100, 100),
    ],
    created + hour / 2,
  );
  const range = { from: created, to: created + hour };
  for (const _ of ["by rows", "by sums"]) {
    for (const step of [10_000, hour]) {
      const series = await store.series({ metric, ...range, step });
      const values = series.flatMap(({ points }) => points.map(([, value]) => value));
      expect(values.filter((value) => value !== null)).toEqual([10]);
    }
    await store.rollUp();
  }
  const cells = await store.heatmap({ metric, ...range, step: hour, perDoubling: 1 });
  expect(cells.map(([, , count]) => count)).toEqual([1, 1]);
  const [estimate] = await store.evidence({ metrics: [metric], ...range });
  expect(estimate).toMatchObject({ value: 10, count: 2 });
  await store.close();
  await rm(directory, { recursive: true });
});
