import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import type { Comparison } from "@telltale/protocol/query";
import { many, start } from "@telltale/testkit/history-fixtures";
import fc, { runs } from "@telltale/testkit/properties";
import { expect, test } from "vitest";
import { copiedOf, peaksTables, writePeaks } from "../src/history/duckdb/peaks.ts";
import { count, type Page, page } from "../src/history/duckdb/requests.ts";
import { migrate } from "../src/history/duckdb/schema.ts";
import { searchStatements } from "../src/history/duckdb/search-index.ts";
import { openDuckdbStore } from "../src/history/duckdb/store.ts";
import { passes } from "../src/history/filter.ts";
import { asks } from "./asks.ts";

const numbers = ["queue_ms", "cost", "latency_ms", "ttft_ms", "status_code"];
const counts = ["input", "cache_read", "cache_write", "output", "reasoning"];
const columns = [...numbers, ...counts.map((kind) => `${kind}_tokens`)];

async function makeTables(connection: DuckDBConnection): Promise<void> {
  await connection.run(
    `CREATE TABLE requests (seq BIGINT, created DOUBLE DEFAULT 0, ${columns.map((name) => `${name} DOUBLE`).join(", ")})`,
  );
  await connection.run("CREATE TABLE rolled (level VARCHAR, seq BIGINT)");
  for (const statement of peaksTables) await connection.run(statement);
}

/** Stretches of `width` rows that have these latencies. */
async function withLatencies(
  latencies: readonly (number | null)[],
  width: number,
  work: (connection: DuckDBConnection) => Promise<void>,
): Promise<void> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await makeTables(connection);
  const rows = latencies.map((latency, i) => `(${i + 1}, ${latency}::DOUBLE)`).join(", ");
  await connection.run(`INSERT INTO requests (seq, latency_ms) VALUES ${rows}`);
  for (let from = 0; from < latencies.length; from += width) {
    await writePeaks(connection, from, Math.min(latencies.length, from + width));
  }
  await work(connection);
  connection.closeSync();
  instance.closeSync();
}

const compare: Record<Comparison, (value: number, bound: number) => boolean> = {
  "=": (value, bound) => value === bound,
  ">": (value, bound) => value > bound,
  ">=": (value, bound) => value >= bound,
  "<": (value, bound) => value < bound,
  "<=": (value, bound) => value <= bound,
};

async function copiesIn(connection: DuckDBConnection): Promise<number[]> {
  const rows = await connection.runAndReadAll("SELECT seq FROM peak_rows ORDER BY seq");
  return rows.getRows().map(([seq]) => Number(seq));
}

test("wherever the copies are said to have all that compares so, they have it", async () => {
  const latency = fc.option(fc.oneof({ weight: 9, arbitrary: fc.nat(40) }, fc.nat(100_000)));
  const comparison = fc.constantFrom<Comparison>("=", ">", ">=", "<", "<=");
  await fc.assert(
    fc.asyncProperty(
      fc.array(latency, { minLength: 1, maxLength: 400, size: "max" }),
      fc.constantFrom(50, 130),
      fc.array(fc.tuple(comparison, fc.oneof(fc.nat(41), fc.nat(100_001))), {
        minLength: 1,
        maxLength: 8,
      }),
      async (latencies, width, asked) => {
        await withLatencies(latencies, width, async (connection) => {
          const copies = new Set(await copiesIn(connection));
          for (const [sign, bound] of asked) {
            const filter = asks(`latency${sign === "=" ? ":" : sign}${bound}ms`);
            const ranges = await copiedOf(connection, filter);
            latencies.forEach((value, i) => {
              const seq = i + 1;
              if (value === null || !compare[sign](value, bound)) return;
              if (!ranges.some(({ first, last }) => seq >= first && seq <= last)) return;
              expect(copies.has(seq), `${value} ${sign} ${bound}`).toBe(true);
            });
          }
        });
      },
    ),
    { numRuns: runs(40) },
  );
}, 60_000);

test("copies are made of what is beyond the limits, and stand for stretches that have few such", async () => {
  const latencies = Array.from({ length: 2000 }, (_, i) => (i < 1000 ? i % 100 : 100 + i));
  await withLatencies(latencies, 1000, async (connection) => {
    // Many in the first stretch are as large as the 64th largest, and many as small: 60 at either end are not.
    const copies = await copiesIn(connection);
    expect(copies.filter((seq) => seq <= 1000)).toHaveLength(120);
    expect(copies.filter((seq) => seq > 1000)).toHaveLength(126);
    const first = { first: 1, last: 1000 };
    const second = { first: 1001, last: 2000 };
    const both = [{ first: 1, last: 2000 }];
    expect(await copiedOf(connection, asks("latency>=2095ms"))).toEqual(both);
    expect(await copiedOf(connection, { minLatencyMs: 2090 })).toEqual(both);
    expect(await copiedOf(connection, asks("latency>200ms"))).toEqual([first]);
    expect(await copiedOf(connection, asks("latency<5ms"))).toEqual(both);
    expect(await copiedOf(connection, asks("latency<1150ms"))).toEqual([second]);
    expect(await copiedOf(connection, asks("-latency<2095ms"))).toEqual([]);
    expect(await copiedOf(connection, asks("latency>50ms"))).toEqual([]);
    // None has any.
    expect(await copiedOf(connection, asks("cost>1"))).toEqual(both);
    // Not among the figures.
    expect(await copiedOf(connection, asks("reasoning>1"))).toEqual([]);
  });
});

test("[H8] pages of what is unusual in some stretches and usual in others have all of it, in its order", async () => {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await migrate(connection, ":memory:");
  const [stretch, mark, committed] = [100_000, 400_000, 405_000];
  await connection.run(
    `INSERT INTO requests BY NAME
     SELECT i AS seq, i AS stored_at, 'r' || i AS id, 'native' AS source, 'm' || i % 7 AS model, 'success' AS status,
       i * 10 - (CASE WHEN i % 7 = 0 THEN (i * 31) % 1_500_000 ELSE 0 END) AS created,
       CASE WHEN i % (CASE WHEN (i // ${stretch}) % 2 = 0 THEN 9973 ELSE 499 END) = 5 THEN 10_000 + i % 211
         ELSE 100 + (i * 7919) % 900 END AS latency_ms,
       CASE WHEN i % 11 > 0 THEN (i * 104_729) % 100_003 / 1e5 END AS cost,
       false AS streaming, 'reported' AS usage_quality, false AS demo
     FROM range(1, ${committed + 1}) r(i)`,
  );
  for (const sql of searchStatements(0, mark)) await connection.run(sql);
  await connection.run(`UPDATE rolled SET seq = ${mark} WHERE level = 'search'`);
  for (let from = 0; from < mark; from += stretch)
    await writePeaks(connection, from, from + stretch);
  for (const [text, where] of [
    ["latency>=10s", "latency_ms >= 10000"],
    ["latency>10.2s model:m3", "latency_ms > 10200 AND model = 'm3'"],
    ["latency>10s cost>0.99", "latency_ms > 10000 AND cost > 0.99"],
    ["cost<0.0005", "cost < 0.0005"],
  ] as const) {
    const filter = asks(text);
    const all = await connection.runAndReadAll(
      `SELECT id FROM requests WHERE ${where} ORDER BY created, seq`,
    );
    const expected = all.getRows().map(([id]) => String(id));
    expect(expected.length, text).toBeGreaterThan(1);
    expect(await count(connection, filter), text).toBe(expected.length);
    for (const order of ["oldest", "newest"] as const) {
      for (const nearRows of [0, 30_000]) {
        const found: string[] = [];
        let after: Page["next"] = null;
        do {
          const request = { filter, limit: 100, after, order };
          const { rows, next } = await page(connection, request, { nearRows, committed });
          found.push(...rows.map((row) => String(JSON.parse(row)[0])));
          after = next;
        } while (after !== null && found.length <= expected.length);
        expect(found, `${text}, ${order} first`).toEqual(
          order === "oldest" ? expected : expected.toReversed(),
        );
      }
    }
  }
  connection.closeSync();
  instance.closeSync();
}, 60_000);

test("[H8] what is copied between many stretches that are looked through is found once", async () => {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  await migrate(connection, ":memory:");
  const [stretch, committed] = [200, 30_000];
  // Of every other stretch all of the slow ones are copied.
  await connection.run(
    `INSERT INTO requests BY NAME
     SELECT i AS seq, i AS stored_at, 'r' || i AS id, 'native' AS source, 'm' AS model, 'success' AS status,
       i AS created, false AS streaming, 'reported' AS usage_quality, false AS demo,
       CASE WHEN i % ${stretch} < (CASE WHEN (i // ${stretch}) % 2 = 0 THEN 100 ELSE 10 END) THEN 5000 + i % 97
         ELSE 10 + i % 50 END AS latency_ms
     FROM range(1, ${committed + 1}) r(i)`,
  );
  for (const sql of searchStatements(0, committed)) await connection.run(sql);
  await connection.run(`UPDATE rolled SET seq = ${committed} WHERE level = 'search'`);
  for (let from = 0; from < committed; from += stretch)
    await writePeaks(connection, from, from + stretch);
  const all = await connection.runAndReadAll(
    "SELECT id FROM requests WHERE latency_ms >= 4000 ORDER BY seq DESC",
  );
  const expected = all.getRows().map(([id]) => String(id));
  const filter = { minLatencyMs: 4000 };
  expect(await count(connection, filter)).toBe(expected.length);
  const request = { filter, limit: 10_000, after: null, order: "newest" } as const;
  const { rows } = await page(connection, request, { nearRows: 0, committed });
  expect(rows.map((row) => String(JSON.parse(row)[0]))).toEqual(expected);
  connection.closeSync();
  instance.closeSync();
});

test("[H8] requests of unusual figures are found, changed ones too, in a history long enough for these to be written down", async () => {
  const directory = await mkdtemp(join(tmpdir(), "telltale-peaks-"));
  const store = await openDuckdbStore({ path: join(directory, "history.duckdb"), nearRows: 0 });
  const cost = (i: number): number | null => (i % 997 === 3 ? null : (i % 50_021) / 1e6);
  let requests = many(105_000, (i) => ({
    // Some come late.
    created: start + i - (i % 7 === 0 ? (i * 31) % 50_000 : 0),
    latencyMs: 100 + ((i * 7919) % 100_003),
    cost: cost(i),
  }));
  for (let at = 0; at < requests.length; at += 15_000) {
    await store.append(requests.slice(at, at + 15_000), start + at);
  }
  const expectFound = async (): Promise<void> => {
    for (const text of [
      "latency>100s",
      "latency>=100.1s",
      "latency<120ms",
      "cost>0.05",
      "cost>0.05 latency>50s",
      "cost:0.05002",
      "cost:0.00001,0.05002",
      "-cost<0.05 latency<150ms",
      "latency>70s",
      "tokens>1000000",
      "completion>1000000",
      "user:nobody latency>100s",
    ]) {
      const filter = asks(text);
      const expected = requests
        .filter((event) => passes(event, filter))
        .sort((a, b) => a.created - b.created)
        .map(({ id }) => id);
      const { requests: found } = await store.requests(filter, 1000, undefined, "oldest");
      expect(
        found.map(({ id }) => id),
        text,
      ).toEqual(expected.slice(0, 1000));
      expect(await store.count(filter), text).toBe(expected.length);
      const newest = await store.requests(filter, 10);
      expect(
        newest.requests.map(({ id }) => id),
        text,
      ).toEqual(expected.reverse().slice(0, 10));
    }
  };
  await expectFound();
  await store.rollUp();
  await expectFound();
  const amendments = requests.flatMap((before, i) =>
    i % 20_011 === 20_000
      ? [
          {
            before,
            after: { ...before, created: before.created + 40_000, latencyMs: 200_000, cost: 9 },
          },
        ]
      : [],
  );
  await store.append([], start + 200_000, amendments);
  const after = new Map(amendments.map((amendment) => [amendment.before.id, amendment.after]));
  requests = requests.map((event) => after.get(event.id) ?? event);
  expect(amendments).toHaveLength(5);
  await expectFound();
  const forever = { rolledBefore: null, runningBefore: null, maxBytes: null };
  await store.retain({ ...forever, storedBefore: start + 1 });
  requests = requests.slice(15_000);
  await expectFound();
  await store.close();
  await rm(directory, { recursive: true });
}, 120_000);
