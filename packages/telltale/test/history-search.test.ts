import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import type { HistoryPlace } from "@telltale/testkit/history-contract";
import { expectPlainPages } from "@telltale/testkit/history-pages-contract";
import { searchContract } from "@telltale/testkit/history-search-contract";
import { describe, expect, test } from "vitest";
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

test("the engine keeps the number of a row within a transaction, whatever is deleted and checkpointed meanwhile", async () => {
  const directory = await mkdtemp(join(tmpdir(), "telltale-rows-"));
  const instance = await DuckDBInstance.create(join(directory, "rows.duckdb"));
  const [writer, reader] = [await instance.connect(), await instance.connect()];
  await writer.run("CREATE TABLE requests AS SELECT range AS seq FROM range(400000)");
  await writer.run("CHECKPOINT");
  const row = async (): Promise<unknown> =>
    (await reader.runAndReadAll("SELECT rowid FROM requests WHERE seq = 399000")).getRows()[0]?.[0];
  await reader.run("BEGIN TRANSACTION READ ONLY");
  const first = await row();
  await writer.run("DELETE FROM requests WHERE seq < 390000");
  await writer.run("CHECKPOINT");
  expect(await row()).toBe(first);
  await reader.run("COMMIT");
  for (const connection of [writer, reader]) connection.closeSync();
  instance.closeSync();
  await rm(directory, { recursive: true });
});

async function place(nearRows?: number): Promise<HistoryPlace> {
  const directory = await mkdtemp(join(tmpdir(), "telltale-search-"));
  return {
    open: () => openDuckdbStore({ path: join(directory, "history.duckdb"), nearRows }),
    remove: () => rm(directory, { recursive: true }),
  };
}
