import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DuckDBConnection, DuckDBInstance } from "@duckdb/node-api";
import { type Comparison, parseQuery } from "@telltale/protocol/query";
import { many, start } from "@telltale/testkit/history-fixtures";
import fc, { runs } from "@telltale/testkit/properties";
import { expect, test } from "vitest";
import { aroundPeaks, peaksTables, writePeaks } from "../src/history/duckdb/peaks.ts";
import { openDuckdbStore } from "../src/history/duckdb/store.ts";
import { passes } from "../src/history/filter.ts";
import type { RequestFilter } from "../src/history/store.ts";

const asks = (text: string): RequestFilter => {
  const { query, error } = parseQuery(text);
  if (error !== undefined) throw new Error(error.message);
  return { query };
};

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

test("what compares so is looked for wherever it is, and beyond the limits nowhere else", async () => {
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
          for (const [sign, bound] of asked) {
            const around = await aroundPeaks(
              connection,
              asks(`latency${sign === "=" ? ":" : sign}${bound}ms`),
            );
            if (around === null) continue;
            latencies.forEach((value, i) => {
              const seq = i + 1;
              if (value === null || !compare[sign](value, bound)) return;
              const looked = around.ranges.some(({ first, last }) => seq >= first && seq <= last);
              expect(looked, `${value} ${sign} ${bound}`).toBe(true);
            });
          }
        });
      },
    ),
    { numRuns: runs(40) },
  );
}, 60_000);

test("of a stretch with few of them only these are looked at, of one with many all", async () => {
  const latencies = Array.from({ length: 2000 }, (_, i) => (i < 1000 ? i % 100 : 100 + i));
  await withLatencies(latencies, 1000, async (connection) => {
    const seen = async (filter: RequestFilter): Promise<number | null> => {
      const around = await aroundPeaks(connection, filter);
      if (around === null) return null;
      return around.ranges.reduce((sum, range) => {
        return sum + Math.max(0, Math.min(2000, range.last) - Math.max(1, range.first) + 1);
      }, 0);
    };
    expect(await seen(asks("latency>=2095ms"))).toBe(5);
    expect(await seen(asks("latency>200ms"))).toBe(1000);
    expect(await seen({ minLatencyMs: 2090 })).toBe(10);
    expect(await seen(asks("latency<5ms"))).toBe(50);
    expect(await seen(asks("-latency<2095ms"))).toBeNull();
    expect(await seen(asks("latency>50ms"))).toBeNull();
    // None has any.
    expect(await seen(asks("cost>1"))).toBe(0);
    // Not written down.
    expect(await seen(asks("reasoning>1"))).toBeNull();
  });
});

test("the engine's numbers of the rows are known, also after it has numbered them anew", async () => {
  const directory = await mkdtemp(join(tmpdir(), "telltale-peaks-"));
  const instance = await DuckDBInstance.create(join(directory, "rows.duckdb"));
  const connection = await instance.connect();
  await makeTables(connection);
  const append = (from: number, to: number): Promise<unknown> =>
    connection.run(
      // Each third number is another table's.
      `INSERT INTO requests (seq, latency_ms) SELECT i, (i * 7919) % 100003 FROM range(${from + 1}, ${to + 1}) r(i) WHERE i % 3 > 0`,
    );
  const rowid = async (seq: number): Promise<unknown> =>
    (
      await connection.runAndReadAll(`SELECT rowid FROM requests WHERE seq = ${seq}`)
    ).getRowsJS()[0]?.[0];
  await append(0, 400_000);
  await writePeaks(connection, 0, 200_000);
  await connection.run("CHECKPOINT");
  const before = await rowid(399_998);
  await connection.run("DELETE FROM requests WHERE seq <= 190000");
  await connection.run("CHECKPOINT");
  expect(await rowid(399_998)).not.toEqual(before);
  await writePeaks(connection, 200_000, 400_000);
  await connection.run("DELETE FROM requests WHERE seq <= 195000");
  await connection.run("CHECKPOINT");
  await append(400_000, 500_000);
  await writePeaks(connection, 400_000, 500_000);
  const { noted } = (await aroundPeaks(connection, asks("latency>99990ms"))) ?? {};
  const told = [...(noted ?? [])].filter(([seq]) => seq > 195_000);
  expect(told.length).toBeGreaterThan(20);
  for (const [seq, known] of told) expect(await rowid(seq)).toEqual(BigInt(known.rowid));
  connection.closeSync();
  instance.closeSync();
  await rm(directory, { recursive: true });
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
