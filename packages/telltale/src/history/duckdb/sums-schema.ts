import type { DuckDBConnection } from "@duckdb/node-api";

const sums = `requests BIGINT, prompt_tokens BIGINT, completion_tokens BIGINT, cached_tokens BIGINT,
  reasoning_tokens BIGINT, cost DOUBLE, latency_ms DOUBLE, latency_known BIGINT, max_latency_ms DOUBLE, ttft_ms DOUBLE,
  ttft_known BIGINT, pace_ms DOUBLE, pace_known BIGINT, unknown_usage BIGINT, unknown_cost BIGINT`;

const tables = [
  { table: "rollup_minute", by: "model VARCHAR, provider VARCHAR", sketch: "VARCHAR" },
  { table: "rollup_hour", by: "model VARCHAR, provider VARCHAR", sketch: "BLOB" },
  { table: "rollup_service", by: "service VARCHAR", sketch: "BLOB" },
] as const;

/**
 * The tables of sums as version 3 made them. `forgotten` keeps what the totals need of hours that
 * are kept no longer.
 */
export const version3Tables: readonly string[] = [
  ...tables.map(
    ({
      table,
      by,
      sketch,
    }) => `CREATE TABLE ${table} (start BIGINT NOT NULL, ${by}, status VARCHAR NOT NULL, ${sums},
      latency ${sketch}, ttft ${sketch}, rolled_at DOUBLE NOT NULL)`,
  ),
  "CREATE TABLE rolled (level VARCHAR NOT NULL, seq BIGINT NOT NULL)",
  "INSERT INTO rolled VALUES ('minute', 0), ('hour', 0), ('service', 0)",
  `CREATE TABLE forgotten (model VARCHAR, provider VARCHAR, status VARCHAR NOT NULL, ${sums})`,
];

/**
 * Version 5: sketches are lists of buckets and counts, which are read as they are. Before, minutes had
 * them as JSON and hours as bytes.
 */
export async function withLists(connection: DuckDBConnection): Promise<void> {
  for (const { table, by, sketch } of tables) {
    await connection.run(`CREATE TABLE listed (start BIGINT NOT NULL, ${by}, status VARCHAR NOT NULL, ${sums},
      latency_buckets USMALLINT[], latency_counts INTEGER[], ttft_buckets USMALLINT[], ttft_counts INTEGER[],
      rolled_at DOUBLE NOT NULL)`);
    if (sketch === "BLOB") await decode(connection, table);
    const map = (column: string): string =>
      `CAST(${column}::JSON AS MAP(USMALLINT, INTEGER)) AS ${column}`;
    const lists = (column: string): string =>
      `map_keys(${column}) AS ${column}_buckets, map_values(${column}) AS ${column}_counts`;
    const from =
      sketch === "BLOB"
        ? `(SELECT t.* EXCLUDE (latency, ttft), d.latency, d.ttft FROM ${table} t JOIN decoded d ON d.row = t.rowid)`
        : table;
    await connection.run(`INSERT INTO listed BY NAME
      SELECT * EXCLUDE (latency, ttft), ${lists("latency")}, ${lists("ttft")}
      FROM (SELECT * EXCLUDE (latency, ttft), ${map("latency")}, ${map("ttft")} FROM ${from})`);
    await connection.run(`DROP TABLE ${table}`);
    await connection.run(`ALTER TABLE listed RENAME TO ${table}`);
  }
  await connection.run("DROP TABLE IF EXISTS decoded");
}

/** Makes a table `decoded` of the sketches of another as JSON, by its row ids. */
async function decode(connection: DuckDBConnection, table: string): Promise<void> {
  await connection.run(
    "CREATE OR REPLACE TEMP TABLE decoded (row BIGINT, latency VARCHAR, ttft VARCHAR)",
  );
  const found = await connection.runAndReadAll(`SELECT rowid, latency, ttft FROM ${table}`);
  const [rows = [], ...sketches] = found.getColumnsJS();
  const appender = await connection.createAppender("decoded");
  rows.forEach((row, at) => {
    appender.appendBigInt(BigInt(String(row)));
    for (const column of sketches) {
      const bytes = column[at];
      if (bytes instanceof Uint8Array) appender.appendVarchar(jsonOf(bytes));
      else appender.appendNull();
    }
    appender.endRow();
  });
  appender.closeSync();
}

/**
 * Counts by bucket, ascending, as pairs of LEB128 numbers: the step from the bucket before, and the
 * count, twice, less one if negative.
 */
function jsonOf(bytes: Uint8Array): string {
  const counts: string[] = [];
  let at = 0;
  let bucket = 0;
  const take = (): number => {
    let value = 0;
    let scale = 1;
    for (;;) {
      const byte = bytes[at++] ?? 0;
      value += (byte & 127) * scale;
      if (byte < 128) return value;
      scale *= 128;
    }
  };
  while (at < bytes.length) {
    bucket += take();
    const count = take();
    counts.push(`"${bucket}":${count % 2 === 0 ? count / 2 : -(count + 1) / 2}`);
  }
  return `{${counts.join(",")}}`;
}
