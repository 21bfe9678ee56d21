import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { requestEvent } from "@telltale/testkit/request-event";
import { afterEach, beforeEach, expect, test } from "vitest";
import { openDuckdbStore } from "../src/history/duckdb/store.ts";
import { Histogram } from "../src/history/histogram.ts";
import type { HistoryStore } from "../src/history/store.ts";
import { keyOf, keysIn } from "./known-ids.ts";

const created = Date.UTC(2026, 0, 1);
const hour = 3_600_000;

/** What the first version made, word for word. */
const version1 = `seq BIGINT NOT NULL, stored_at DOUBLE NOT NULL, id VARCHAR NOT NULL, source VARCHAR NOT NULL,
  model VARCHAR NOT NULL, provider VARCHAR, status VARCHAR NOT NULL, created DOUBLE NOT NULL, latency_ms DOUBLE,
  ttft_ms DOUBLE, streaming BOOLEAN NOT NULL, input_tokens BIGINT, cache_read_tokens BIGINT,
  cache_write_tokens BIGINT, output_tokens BIGINT, reasoning_tokens BIGINT, usage_quality VARCHAR NOT NULL,
  cost DOUBLE, error_type VARCHAR, error_message VARCHAR, error_stack VARCHAR, status_code BIGINT,
  finish_reason VARCHAR, endpoint VARCHAR, user_id VARCHAR, organization_id VARCHAR, service VARCHAR,
  trace_id VARCHAR, response_id VARCHAR, demo BOOLEAN NOT NULL`;

const values = (seq: number, id: string, status: string): string =>
  `(${seq}, ${created + 1000}, '${id}', 'native', 'gpt-4o', 'openai', '${status}', ${created + seq}, 800, 120.5, true,
    100, 20, 5, 50, 10, 'reported', 0.0125, NULL, NULL, NULL, 200, 'stop', '/v1/chat/completions', 'user-1',
    'team-a', 'assistant', '0af7651916cd43dd8448eb211c80319c', 'chatcmpl-1', false)`;

const later = { apiKey: null, queueMs: null, serviceTier: null, attributes: null };

let directory: string;
let path: string;
let store: HistoryStore | undefined;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "telltale-migrate-"));
  path = join(directory, "history.duckdb");
});
afterEach(async () => {
  await store?.close();
  store = undefined;
  await rm(directory, { recursive: true });
});

async function build(...statements: string[]): Promise<void> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  for (const statement of statements) await connection.run(statement);
  connection.closeSync();
  instance.closeSync();
}

async function told(sql: string): Promise<unknown> {
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  const rows = (await connection.runAndReadAll(sql)).getRowsJson();
  connection.closeSync();
  instance.closeSync();
  return rows;
}

const asVersion1 = [
  "CREATE TABLE meta (key VARCHAR NOT NULL, value VARCHAR)",
  "INSERT INTO meta VALUES ('schema_version', '1')",
  `CREATE TABLE requests (${version1})`,
  `CREATE TABLE in_progress (${version1})`,
];

test("[H7] a file of version 1 is brought forward with every request, running ones included", async () => {
  await build(
    ...asVersion1,
    `INSERT INTO requests VALUES ${values(1, "r1", "success")}, ${values(2, "r2", "success")}`,
    `INSERT INTO in_progress VALUES ${values(3, "r3", "in_progress")}`,
  );
  store = await openDuckdbStore({ path });
  expect(await store.request("r2")).toEqual(
    requestEvent({ id: "r2", created: created + 2, ...later }),
  );
  const { totals, inProgress } = await store.restore({ windowFrom: 0, costsFrom: 0, recent: 10 });
  expect(totals).toMatchObject([{ model: "gpt-4o", requests: 2, promptTokens: 250, cost: 0.025 }]);
  expect(inProgress.map(({ id }) => id)).toEqual(["r3"]);
  expect(await keysIn(store)).toEqual(["r1", "r2"].map(keyOf));

  await store.append([requestEvent({ id: "r3" }), requestEvent({ id: "r4" })], created + 2000);
  expect(await store.request("r4")).toEqual(requestEvent({ id: "r4" }));
  const range = { metric: "requests", from: created, to: created + hour, step: hour } as const;
  expect(await store.series(range)).toEqual([{ group: null, points: [[created, 4]] }]);
});

test("a file brought forward opens again as it is", async () => {
  await build(...asVersion1, `INSERT INTO requests VALUES ${values(1, "r1", "success")}`);
  await (await openDuckdbStore({ path })).close();
  store = await openDuckdbStore({ path });
  expect((await store.request("r1"))?.id).toBe("r1");
});

const sums = `requests BIGINT, prompt_tokens BIGINT, completion_tokens BIGINT, cached_tokens BIGINT,
  reasoning_tokens BIGINT, cost DOUBLE, latency_ms DOUBLE, latency_known BIGINT, max_latency_ms DOUBLE, ttft_ms DOUBLE,
  ttft_known BIGINT, pace_ms DOUBLE, pace_known BIGINT, unknown_usage BIGINT, unknown_cost BIGINT`;
const group = "start BIGINT NOT NULL, model VARCHAR, provider VARCHAR, status VARCHAR NOT NULL";

/** What version 4 had besides version 1, word for word. */
const asVersion4 = [
  ...asVersion1,
  "UPDATE meta SET value = '4'",
  ...["requests", "in_progress"].flatMap((table) =>
    ["api_key VARCHAR", "queue_ms DOUBLE", "service_tier VARCHAR", "attributes VARCHAR"].map(
      (column) => `ALTER TABLE ${table} ADD COLUMN ${column}`,
    ),
  ),
  `CREATE TABLE rollup_minute (${group}, ${sums}, latency VARCHAR, ttft VARCHAR, rolled_at DOUBLE NOT NULL)`,
  `CREATE TABLE rollup_hour (${group}, ${sums}, latency BLOB, ttft BLOB, rolled_at DOUBLE NOT NULL)`,
  `CREATE TABLE rollup_service (start BIGINT NOT NULL, service VARCHAR, status VARCHAR NOT NULL, ${sums},
     latency BLOB, ttft BLOB, rolled_at DOUBLE NOT NULL)`,
  "CREATE TABLE rolled (level VARCHAR NOT NULL, seq BIGINT NOT NULL)",
  `CREATE TABLE forgotten (model VARCHAR, provider VARCHAR, status VARCHAR NOT NULL, ${sums})`,
  `CREATE TABLE joined (id VARCHAR NOT NULL, source VARCHAR NOT NULL, account VARCHAR NOT NULL, trace_id VARCHAR,
     response_id VARCHAR, inside VARCHAR, encloses BOOLEAN NOT NULL, stored_at DOUBLE NOT NULL)`,
];

test("[H7] sums of a file of version 4 keep their percentiles, and its requests are found by their ids", async () => {
  const figures = (count: number): string =>
    `${count}, 0, 0, 0, 0, 0, 10, ${count}, 10, 1, ${count}, 0, 0, 0, 0`;
  await build(
    ...asVersion4,
    `INSERT INTO requests BY NAME SELECT * FROM (VALUES ${values(1, "r1", "success")}, ${values(2, "r2", "success")})
       requests(${version1.replaceAll(/ (BIGINT|DOUBLE|VARCHAR|BOOLEAN)( NOT NULL)?/g, "")})`,
    "INSERT INTO rolled VALUES ('minute', 2), ('hour', 2), ('service', 2)",
    `INSERT INTO rollup_minute VALUES
       (${created}, 'm', 'p', 'success', ${figures(4)}, '{"500":3,"700":1}', '{"20":4}', 1),
       (${created}, 'm', 'p', 'success', ${figures(-1)}, '{"700":-1}', NULL, 1)`,
    // Steps between buckets and doubled counts as LEB128.
    `INSERT INTO rollup_hour VALUES
       (${created}, 'm', 'p', 'success', ${figures(4)}, '\\xF4\\x03\\x06\\xC8\\x01\\x02'::BLOB, '\\x14\\x08'::BLOB, 1),
       (${created}, 'm', 'p', 'success', ${figures(-1)}, '\\xBC\\x05\\x01'::BLOB, NULL, 1)`,
    `INSERT INTO rollup_service VALUES
       (${created}, 's', 'success', ${figures(1)}, '\\xF4\\x03\\x02'::BLOB, NULL, 1)`,
  );
  store = await openDuckdbStore({ path });
  const bucket = (at: number): number => {
    const histogram = new Histogram();
    histogram.add(at, 1);
    return histogram.quantile(0.5) ?? Number.NaN;
  };
  for (const step of [60_000, hour]) {
    const range = { from: created, to: created + hour, step };
    const line = (group: string, value: number) => [{ group, points: [[created, value]] }];
    const ask = (metric: "p99_latency_ms" | "p50_ttft_ms", groupBy: "model" | "service") =>
      (store as HistoryStore).series({ metric, groupBy, ...range });
    expect(await ask("p99_latency_ms", "model")).toEqual(line("m", bucket(500)));
    expect(await ask("p50_ttft_ms", "model")).toEqual(line("m", bucket(20)));
    if (step === hour)
      expect(await ask("p99_latency_ms", "service")).toEqual(line("s", bucket(500)));
  }
  for (const _ of ["before it is indexed", "after"]) {
    expect((await store.request("r2"))?.id).toBe("r2");
    expect((await store.requests({ userId: "user-1" }, 10)).requests).toHaveLength(2);
    await store.rollUp();
  }
});

/** Takes away what version 10 made; `letters` as version 9 had them. */
const asVersion9 = [
  "ALTER TABLE labels DROP COLUMN lowest",
  "ALTER TABLE labels DROP COLUMN highest",
  "ALTER TABLE labels DROP COLUMN at_ends",
  "DELETE FROM hashes",
  `INSERT INTO hashes SELECT seq, (hash(lower(id)) % 4294967296)::UINTEGER,
     (hash(lower(trace_id)) % 4294967296)::UINTEGER, NULL FROM requests`,
  "UPDATE meta SET value = '9' WHERE key = 'schema_version'",
];

/** What version 8 had of unusual requests. */
const asVersion8 = [
  ...asVersion9,
  "DROP TABLE peak_rows",
  "CREATE TABLE peaks (seq BIGINT NOT NULL, nth BIGINT NOT NULL, created DOUBLE NOT NULL, field VARCHAR NOT NULL, value DOUBLE NOT NULL)",
  "UPDATE meta SET value = '8' WHERE key = 'schema_version'",
];

test("[H7] a file of version 8 has copies of unusual requests, and no times between tokens that it counted wrongly", async () => {
  store = await openDuckdbStore({ path, nearRows: 0 });
  const requests = Array.from({ length: 100_000 }, (_, i) =>
    requestEvent({
      id: `r${i}`,
      created: created + i,
      latencyMs: i === 7 ? 31_000 : 300 + (i % 90),
    }),
  );
  for (let at = 0; at < requests.length; at += 20_000)
    await store.append(requests.slice(at, at + 20_000), created + at);
  await store.rollUp();
  await store.close();
  await build(
    ...asVersion8,
    "INSERT INTO peaks VALUES (8, 7, 0, 'latency_ms', 31000)",
    "UPDATE rollup_minute SET pace_ms = 5, pace_known = 99",
  );
  store = await openDuckdbStore({ path, nearRows: 0 });
  for (const _ of ["before they are copied", "after"]) {
    const { requests: found } = await store.requests({ minLatencyMs: 30_000 }, 10);
    expect(found.map(({ id }) => id)).toEqual(["r7"]);
    await store.rollUp();
  }
  await store.close();
  store = undefined;
  expect(await told("SELECT id FROM peak_rows WHERE latency_ms > 30000")).toEqual([["r7"]]);
  expect(
    await told("SELECT count(pace_ms)::INTEGER, sum(requests)::INTEGER FROM rollup_minute"),
  ).toEqual([[0, 100_000]]);
});

test("[H7] a file of version 9 finds what it found, and parts of ids anew", async () => {
  store = await openDuckdbStore({ path, nearRows: 0 });
  const idOf = (i: number): string => `${(i * 7919).toString(16).padStart(8, "0")}-feed`;
  for (let at = 0; at < 100_000; at += 20_000) {
    const batch = Array.from({ length: 20_000 }, (_, i) => at + i);
    const events = batch.map((i) =>
      requestEvent({ id: idOf(i), created: created + i, userId: i === 9 ? "ada" : "bob" }),
    );
    await store.append(events, created + at);
  }
  await store.rollUp();
  await store.close();
  await build(...asVersion9, "UPDATE letters SET parts = repeat('0', 2048)::BLOB");
  store = await openDuckdbStore({ path, nearRows: 0 });
  for (const _ of ["before they are noted anew", "after"]) {
    const found = async (filter: Parameters<HistoryStore["requests"]>[0]): Promise<string[]> =>
      ((await store?.requests(filter, 10))?.requests ?? []).map(({ id }) => id);
    expect(await found({ userId: "ada" })).toEqual([idOf(9)]);
    expect(await found({ text: idOf(77_777).slice(0, 8) })).toEqual([idOf(77_777)]);
    expect((await store.request(idOf(5)))?.id).toBe(idOf(5));
    await store.rollUp();
  }
  await store.close();
  store = undefined;
  expect(
    await told(`SELECT max(id) < 67108864, count(*)::INTEGER, (SELECT count(*)::INTEGER FROM letters)
      FROM hashes`),
  ).toEqual([[true, 100_000, 256]]);
});

/** Takes away what versions 8 and later made. */
const asVersion7 = [
  "DROP TABLE peak_rows",
  "DROP TABLE peak_limits",
  "DELETE FROM rolled WHERE level = 'peaks'",
  ...asVersion9,
  "UPDATE meta SET value = '7' WHERE key = 'schema_version'",
];

test("[H7] a file of version 7, which knew nothing of unusual requests, learns of them", async () => {
  await (await openDuckdbStore({ path })).close();
  await build(...asVersion7);
  store = await openDuckdbStore({ path });
  await store.append([requestEvent({ id: "r1", latencyMs: 31_000 })], created + 1000);
  await store.rollUp();
  expect((await store.requests({ minLatencyMs: 30_000 }, 10)).requests).toHaveLength(1);
});

test("[H7] a file of version 6, which knew nothing of parts of ids, keeps its requests and its sums", async () => {
  store = await openDuckdbStore({ path });
  await store.append([requestEvent({ id: "feed-0001", created })], created + 1000);
  await store.close();
  await build(
    ...asVersion7,
    "DROP TABLE letters",
    "DELETE FROM rolled WHERE level = 'letters'",
    "UPDATE meta SET value = '6' WHERE key = 'schema_version'",
  );
  store = await openDuckdbStore({ path });
  await store.rollUp();
  expect((await store.requests({ text: "feed" }, 10)).requests).toHaveLength(1);
  const range = { metric: "requests", from: created, to: created + hour, step: hour } as const;
  expect(await store.series(range)).toEqual([{ group: null, points: [[created, 1]] }]);
});
