import { createHash } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { many, start } from "@telltale/testkit/history-fixtures";
import fc, { runs } from "@telltale/testkit/properties";
import { expect, test } from "vitest";
import { lettersTables, rangesWith, writeLetters } from "../src/history/duckdb/letters.ts";
import { openDuckdbStore } from "../src/history/duckdb/store.ts";

const uuidOf = (i: number): string =>
  createHash("md5")
    .update(String(i))
    .digest("hex")
    .replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");

async function withIds(
  ids: readonly string[],
  work: (connection: DuckDBConnection) => Promise<void>,
): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await connection.run("CREATE TABLE requests (seq BIGINT, id VARCHAR)");
  await connection.run("CREATE TABLE rolled (level VARCHAR, seq BIGINT)");
  for (const statement of lettersTables) await connection.run(statement);
  const appender = await connection.createAppender("requests");
  ids.forEach((id, i) => {
    appender.appendBigInt(BigInt(i + 1));
    appender.appendVarchar(id);
    appender.endRow();
  });
  appender.closeSync();
  await writeLetters(connection, 1, ids.length);
  await connection.run(`UPDATE rolled SET seq = ${ids.length}`);
  await work(connection);
  connection.closeSync();
  instance.closeSync();
}

test("a part of an id is looked for wherever it is", async () => {
  const letters = fc.constantFrom(..."0123456789abcdefABCDEF-_ gxé🚀");
  const id = fc.array(letters, { maxLength: 24 }).map((list) => list.join(""));
  await fc.assert(
    fc.asyncProperty(
      fc.array(id, { minLength: 1, maxLength: 200 }),
      fc.array(fc.tuple(fc.nat(), fc.nat(24), fc.nat(12)), { minLength: 1, maxLength: 2 }),
      async (ids, cuts) => {
        const values = cuts.map(([row, from, length]) => ({
          text: ids[row % ids.length]?.slice(from, from + length) ?? "",
          exact: true,
        }));
        await withIds(ids, async (connection) => {
          const ranges = await rangesWith(connection, values);
          if (ranges === null) return;
          ids.forEach((own, i) => {
            const holds = values.some(({ text }) => own.toLowerCase().includes(text.toLowerCase()));
            const looked = ranges.some(({ first, last }) => i + 1 >= first && i + 1 <= last);
            if (holds) expect(looked, `${own} holds ${JSON.stringify(values)}`).toBe(true);
          });
        });
      },
    ),
    { numRuns: runs(60) },
  );
}, 60_000);

test("nothing is written down of requests that are no more", async () => {
  await withIds([uuidOf(1)], async (connection) => {
    const rows = async (): Promise<number> =>
      (await connection.runAndReadAll("FROM letters")).currentRowCount;
    const before = await rows();
    await writeLetters(connection, 2, 100_001);
    expect(await rows()).toBe(before);
  });
});

test("eight letters of one id are looked for in few others, four letters in all", async () => {
  const ids = Array.from({ length: 50_000 }, (_, i) => uuidOf(i));
  await withIds(ids, async (connection) => {
    const seen = async (text: string): Promise<number> => {
      const ranges = await rangesWith(connection, [{ text, exact: false }]);
      return (ranges ?? [{ first: 1, last: ids.length }])
        .filter(({ first }) => first <= ids.length)
        .reduce((sum, { first, last }) => sum + last - first + 1, 0);
    };
    expect(await seen(ids[777]?.slice(0, 8) ?? "")).toBeLessThan(2000);
    expect(await seen(ids[777]?.slice(24).toUpperCase() ?? "")).toBeLessThan(2000);
    expect(await seen(ids[777]?.slice(0, 4) ?? "")).toBe(ids.length);
  });
});

test("[H8] requests are found by parts of their ids, in a history long enough for these to be written down", async () => {
  const directory = await mkdtemp(join(tmpdir(), "telltale-letters-"));
  const store = await openDuckdbStore({ path: join(directory, "history.duckdb") });
  const requests = many(105_000, (i) => ({ id: uuidOf(i) }));
  for (let at = 0; at < requests.length; at += 15_000) {
    await store.append(requests.slice(at, at + 15_000), start + at);
  }
  const expectFound = async (kept: number): Promise<void> => {
    for (let i = 0; i < requests.length; i += 4999) {
      const id = uuidOf(i);
      for (const text of [id.slice(0, 8), id.slice(19, 31), id.slice(30).toUpperCase(), id]) {
        const expected = requests
          .slice(kept)
          .filter((event) => event.id.includes(text.toLowerCase()))
          .map((event) => event.id);
        const { requests: found } = await store.requests({ text }, 100, undefined, "oldest");
        expect(found.map((event) => event.id)).toEqual(expected);
        expect(await store.count({ text })).toBe(expected.length);
      }
    }
  };
  await store.rollUp();
  await expectFound(0);
  const forever = { rolledBefore: null, runningBefore: null, maxBytes: null };
  await store.retain({ ...forever, storedBefore: start + 1 });
  await expectFound(15_000);
  await store.close();
  await rm(directory, { recursive: true });
}, 120_000);
