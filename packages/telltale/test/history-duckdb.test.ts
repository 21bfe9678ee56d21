import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { historyContract } from "@telltale/testkit/history-contract";
import { openDuckdbStore } from "../src/history/duckdb/store.ts";

historyContract("DuckDB", async () => {
  const directory = await mkdtemp(join(tmpdir(), "telltale-history-"));
  return {
    open: () => openDuckdbStore({ path: join(directory, "data", "history.duckdb") }),
    remove: () => rm(directory, { recursive: true }),
  };
});
