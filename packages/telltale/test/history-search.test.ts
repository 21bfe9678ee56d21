import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { searchContract } from "@telltale/testkit/history-search-contract";
import { describe } from "vitest";
import { openDuckdbStore } from "../src/history/duckdb/store.ts";
import { toRequestUpdate } from "../src/wire.ts";

describe("[Q2] DuckDB finds what a query takes", () => {
  searchContract(async () => {
    const directory = await mkdtemp(join(tmpdir(), "telltale-search-"));
    return {
      open: () => openDuckdbStore({ path: join(directory, "history.duckdb") }),
      remove: () => rm(directory, { recursive: true }),
    };
  }, toRequestUpdate);
});
