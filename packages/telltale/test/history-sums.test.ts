import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  expectAmendedSums,
  expectLastingTotals,
  expectLostForgotten,
  expectSeriesFromSums,
  type Reopened,
} from "@telltale/testkit/history-sums-contract";
import { afterEach, beforeEach, test } from "vitest";
import { openDuckdbStore } from "../src/history/duckdb/store.ts";
import type { HistoryStore } from "../src/history/store.ts";

let directory: string;
let store: HistoryStore;
const open = (): Promise<HistoryStore> =>
  openDuckdbStore({ path: join(directory, "history.duckdb") });
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "telltale-sums-"));
  store = await open();
});
afterEach(async () => {
  await store.close();
  await rm(directory, { recursive: true });
});

const place: Reopened = {
  opened: () => store,
  restart: async () => {
    await store.close();
    store = await open();
  },
};

test(
  "[H1] series are the same from sums as from requests: late, early, unknown, any range, any group",
  () => expectSeriesFromSums(place),
  180_000,
);

test(
  "[H2] totals outlive the requests they count, and the hours",
  () => expectLastingTotals(place),
  60_000,
);

test(
  "[H1] series are right after stored requests were amended",
  () => expectAmendedSums(place),
  180_000,
);

test("a request in progress that nothing was heard of is forgotten, others are not", () =>
  expectLostForgotten(place));
