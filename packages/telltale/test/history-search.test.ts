import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { HistoryPlace } from "@telltale/testkit/history-contract";
import { searchContract } from "@telltale/testkit/history-search-contract";
import { describe } from "vitest";
import { openDuckdbStore } from "../src/history/duckdb/store.ts";
import { toRequestUpdate } from "../src/wire.ts";

describe("[Q2] DuckDB finds what a query takes", () => {
  searchContract(() => place(), toRequestUpdate);
});

describe("[H8] DuckDB finds the same by labels and hashes alone", () => {
  searchContract(() => place(0), toRequestUpdate);
});

async function place(nearRows?: number): Promise<HistoryPlace> {
  const directory = await mkdtemp(join(tmpdir(), "telltale-search-"));
  return {
    open: () => openDuckdbStore({ path: join(directory, "history.duckdb"), nearRows }),
    remove: () => rm(directory, { recursive: true }),
  };
}
