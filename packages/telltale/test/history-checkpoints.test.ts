import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { expect, test } from "vitest";
import { openDuckdbStore } from "../src/history/duckdb/store.ts";
import { request } from "./make.ts";

const ROW_GROUP = 122_880;
/** Row groups are no multiple of it, and what is left over each time does not add up to one. */
const BATCH = 9_000;

/** Rows of each row group of `requests`, oldest first. */
async function rowGroups(path: string): Promise<number[]> {
  const instance = await DuckDBInstance.create(path, { access_mode: "READ_ONLY" });
  const connection = await instance.connect();
  const found = await connection.runAndReadAll(
    `SELECT sum(count)::DOUBLE FROM pragma_storage_info('requests')
     WHERE column_name = 'seq' AND segment_type <> 'VALIDITY' GROUP BY row_group_id ORDER BY row_group_id`,
  );
  connection.closeSync();
  instance.closeSync();
  return found.getRows().map(([rows]) => Number(rows));
}

test("under load, row groups are full when they are moved into the file, and not compressed again", async () => {
  const directory = await mkdtemp(join(tmpdir(), "telltale-checkpoints-"));
  try {
    const path = join(directory, "history.duckdb");
    const store = await openDuckdbStore({ path });
    const event = request();
    for (let from = 0; from < 3 * ROW_GROUP; from += BATCH) {
      const events = Array.from({ length: BATCH }, (_, row) => ({
        ...event,
        id: `r${from + row}`,
      }));
      await store.append(events, Date.now());
    }
    await store.close();
    const groups = await rowGroups(path);
    for (const rows of groups.slice(0, -1)) expect(rows).toBeGreaterThan(ROW_GROUP - BATCH);
    expect(groups).toHaveLength(4);
  } finally {
    await rm(directory, { recursive: true });
  }
});
