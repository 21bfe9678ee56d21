import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import fc, { runs } from "@telltale/testkit/properties";
import { expect, test } from "vitest";
import { narrow } from "../src/history/duckdb/narrow.ts";
import {
  addAmended,
  LABELLED,
  placedLabels,
  searchStatements,
  searchTables,
} from "../src/history/duckdb/search-index.ts";
import { asks } from "./asks.ts";

interface Row {
  readonly model: string;
  readonly user: string | null;
}

const quoted = (text: string | null): string => (text === null ? "NULL" : `'${text}'`);

/** Requests from `seq` 1 on, written down in stretches of `width`. */
async function withRows(
  rows: readonly Row[],
  width: number,
  work: (connection: DuckDBConnection) => Promise<void>,
): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  const texts = ["id", ...LABELLED, "trace_id", "response_id"].map((name) => `${name} VARCHAR`);
  await connection.run(`CREATE TABLE requests (seq BIGINT, ${texts.join(", ")})`);
  await connection.run("CREATE TABLE rolled (level VARCHAR, seq BIGINT)");
  for (const statement of [...searchTables, ...placedLabels]) await connection.run(statement);
  const values = rows.map(
    ({ model, user }, i) => `(${i + 1}, 'id-${i}', '${model}', ${quoted(user)})`,
  );
  await connection.run(`INSERT INTO requests (seq, id, model, user_id) VALUES ${values.join()}`);
  for (let from = 0; from < rows.length; from += width)
    for (const statement of searchStatements(from, Math.min(rows.length, from + width)))
      await connection.run(statement);
  await connection.run(`UPDATE rolled SET seq = ${rows.length}`);
  await work(connection);
  connection.closeSync();
  instance.closeSync();
}

/** The numbers that are looked at. */
async function seen(connection: DuckDBConnection, text: string): Promise<number[]> {
  const narrowed = await narrow(connection, asks(text));
  return (narrowed?.stretches ?? []).flatMap(({ first, last }) =>
    Array.from({ length: last - first + 1 }, (_, i) => first + i),
  );
}

test("whatever has the values is looked at, and of values seen once or twice nothing else", async () => {
  const user = fc.option(
    fc.oneof(
      { weight: 5, arbitrary: fc.constant("often") },
      fc.nat(30).map((n) => `rare-${n}`),
    ),
  );
  const row = fc.record({ model: fc.constantFrom("a", "b", "rare-1"), user });
  await fc.assert(
    fc.asyncProperty(
      fc.array(row, { minLength: 1, maxLength: 300, size: "max" }),
      fc.constantFrom(50, 120),
      async (rows, width) => {
        await withRows(rows, width, async (connection) => {
          const tried: readonly [string, (row: Row) => boolean][] = [
            ["user:rare-1", (it) => it.user === "rare-1"],
            ["user:rare-2*", (it) => it.user?.startsWith("rare-2") ?? false],
            ["rare-1", (it) => `${it.model} ${it.user}`.includes("rare-1")],
            ["model:a user:rare-3", (it) => it.model === "a" && it.user === "rare-3"],
            [
              "model:rare-1 user:rare-3,rare-4",
              (it) => it.model === "rare-1" && /^rare-[34]$/.test(it.user ?? ""),
            ],
          ];
          for (const [text, holds] of tried) {
            const looked = new Set(await seen(connection, text));
            const own = rows.flatMap((it, i) => (holds(it) ? [i + 1] : []));
            expect(
              own.filter((seq) => !looked.has(seq)),
              text,
            ).toEqual([]);
          }
          for (let from = 0; from < rows.length; from += width) {
            const own = rows.flatMap((it, i) =>
              it.user === "rare-1" && i >= from && i < from + width ? [i + 1] : [],
            );
            if (own.length === 0 || own.length > 2) continue;
            const looked = await seen(connection, "user:rare-1");
            expect(looked.filter((seq) => seq > from && seq <= from + width)).toEqual(own);
          }
        });
      },
    ),
    { numRuns: runs(25) },
  );
}, 120_000);

test("[D24] values that come later are looked at, and take two rows of a stretch at most", async () => {
  const rows = Array.from({ length: 200 }, (_, i) => ({
    model: "a",
    user: i === 5 ? "ada" : null,
  }));
  await withRows(rows, 100, async (connection) => {
    const amend = async (set: string, where: string): Promise<void> => {
      await connection.run(`UPDATE requests SET ${set} WHERE ${where}`);
      await addAmended(connection, `FROM requests WHERE ${where} AND seq > $none`, { none: 0 });
    };
    await amend("user_id = 'eve'", "seq IN (7, 150)");
    expect(await seen(connection, "user:eve")).toEqual([7, 150]);
    await amend("user_id = 'ada'", "seq = 120");
    expect(await seen(connection, "user:ada")).toEqual([6, 120]);
    await amend("user_id = 'ada'", "seq = 130");
    expect(await seen(connection, "user:ada")).toEqual([
      6,
      ...Array.from({ length: 100 }, (_, i) => 101 + i),
    ]);
    for (let seq = 1; seq <= 200; seq++) await amend("service = 'web'", `seq = ${seq}`);
    expect(await seen(connection, "service:web")).toHaveLength(200);
    await amend("service = 'api'", "seq <= 200");
    expect(await seen(connection, "service:api")).toHaveLength(200);
    const most = await connection.runAndReadAll(
      "SELECT max(rows)::INTEGER FROM (SELECT count(*) AS rows FROM labels GROUP BY first, field, value)",
    );
    expect(most.getRows()).toEqual([[2]]);
  });
});

test("[H7] what version 9 wrote, which told of stretches alone, is looked at whole", async () => {
  const rows = Array.from({ length: 100 }, (_, i) => ({
    model: "a",
    user: i === 5 ? "ada" : "bob",
  }));
  await withRows(rows, 100, async (connection) => {
    expect(await seen(connection, "user:ada")).toEqual([6]);
    await connection.run("UPDATE labels SET lowest = NULL, highest = NULL, at_ends = NULL");
    expect(await seen(connection, "user:ada")).toHaveLength(100);
  });
});
