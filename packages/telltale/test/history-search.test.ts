import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HistoryPlace } from "@telltale/testkit/history-contract";
import { expectPlainPages } from "@telltale/testkit/history-pages-contract";
import { searchContract } from "@telltale/testkit/history-search-contract";
import { describe, test } from "vitest";
import { openDuckdbStore } from "../src/history/duckdb/store.ts";
import { passes } from "../src/history/filter.ts";
import { toRequestUpdate } from "../src/wire.ts";

describe("[Q2] DuckDB finds what a query takes", () => {
  searchContract(() => place(), toRequestUpdate);
});

describe("[H8] DuckDB finds the same by labels and hashes alone", () => {
  searchContract(() => place(0), toRequestUpdate);
});

test.each([
  ["near", undefined],
  ["by labels and hashes", 0],
])(
  "[H8] pages are those of a plain scan, looked for %s first, with rows near and far apart",
  async (_, nearRows) => {
    const { open, remove } = await place(nearRows);
    const store = await open();
    await expectPlainPages(store, passes);
    await store.close();
    await remove();
  },
  300_000,
);

async function place(nearRows?: number): Promise<HistoryPlace> {
  const directory = await mkdtemp(join(tmpdir(), "telltale-search-"));
  return {
    open: () => openDuckdbStore({ path: join(directory, "history.duckdb"), nearRows }),
    remove: () => rm(directory, { recursive: true }),
  };
}
