import type { DuckDBConnection } from "@duckdb/node-api";
import { StorageError } from "../store.ts";
import { lettersTables, longerPieces } from "./letters.ts";
import { peaksTables } from "./peaks.ts";
import { checkHashes, placedLabels, searchTables, shorterHashes } from "./search-index.ts";
import { version3Tables, withLists } from "./sums-schema.ts";

/**
 * Each entry takes the file one version up. Entries are only ever added: files of every released
 * version exist. Times are Unix ms, durations ms, costs US dollars; token buckets are exclusive.
 *
 * No unique index on `id`: it would hold every id in memory and slow the append; the pipeline
 * deduplicates. `seq` is the order of storing.
 */
const firstColumns = `
  seq BIGINT NOT NULL,
  stored_at DOUBLE NOT NULL,
  id VARCHAR NOT NULL,
  source VARCHAR NOT NULL,
  model VARCHAR NOT NULL,
  provider VARCHAR,
  status VARCHAR NOT NULL,
  created DOUBLE NOT NULL,
  latency_ms DOUBLE,
  ttft_ms DOUBLE,
  streaming BOOLEAN NOT NULL,
  input_tokens BIGINT,
  cache_read_tokens BIGINT,
  cache_write_tokens BIGINT,
  output_tokens BIGINT,
  reasoning_tokens BIGINT,
  usage_quality VARCHAR NOT NULL,
  cost DOUBLE,
  error_type VARCHAR,
  error_message VARCHAR,
  error_stack VARCHAR,
  status_code BIGINT,
  finish_reason VARCHAR,
  endpoint VARCHAR,
  user_id VARCHAR,
  organization_id VARCHAR,
  service VARCHAR,
  trace_id VARCHAR,
  response_id VARCHAR,
  demo BOOLEAN NOT NULL`;

/** Further accounts of requests: no requests themselves, but their ids are known. */
const joinedTable = `CREATE TABLE joined (
  id VARCHAR NOT NULL, source VARCHAR NOT NULL, account VARCHAR NOT NULL, trace_id VARCHAR,
  response_id VARCHAR, inside VARCHAR, encloses BOOLEAN NOT NULL, stored_at DOUBLE NOT NULL)`;

/** Statements, or what they do not suffice for. */
type Migration = readonly string[] | ((connection: DuckDBConnection) => Promise<void>);

const migrations: readonly Migration[] = [
  [`CREATE TABLE requests (${firstColumns})`, `CREATE TABLE in_progress (${firstColumns})`],
  ["requests", "in_progress"].flatMap((table) =>
    ["api_key VARCHAR", "queue_ms DOUBLE", "service_tier VARCHAR", "attributes VARCHAR"].map(
      (column) => `ALTER TABLE ${table} ADD COLUMN ${column}`,
    ),
  ),
  version3Tables,
  [joinedTable],
  withLists,
  searchTables,
  lettersTables,
  // Version 8 unpacked the letters, which version 10 makes anew.
  [],
  [
    // Version 8 told where they are, and had no copies.
    "DROP TABLE IF EXISTS peaks",
    "DROP TABLE IF EXISTS peak_limits",
    "DELETE FROM rolled WHERE level = 'peaks'",
    ...peaksTables,
    // It counted requests without a first token, as if there had been no time between their tokens.
    ...["rollup_minute", "rollup_hour", "rollup_service", "forgotten"].map(
      (table) => `UPDATE ${table} SET pace_ms = NULL, pace_known = NULL`,
    ),
  ],
  [...placedLabels, ...shorterHashes, ...longerPieces],
];

async function storedVersion(connection: DuckDBConnection): Promise<number> {
  const rows = await connection.runAndReadAll(
    "SELECT value FROM meta WHERE key = 'schema_version'",
  );
  const value = rows.getRows()[0]?.[0];
  return typeof value === "string" ? Number(value) : 0;
}

/** @throws {StorageError} when a newer Telltale made the file. */
export async function migrate(connection: DuckDBConnection, path: string): Promise<void> {
  await connection.run("CREATE TABLE IF NOT EXISTS meta (key VARCHAR NOT NULL, value VARCHAR)");
  const version = await storedVersion(connection);
  if (!(version <= migrations.length)) {
    throw new StorageError(
      `${path} was written by a newer Telltale (its schema is version ${version}, this one knows up to ` +
        `${migrations.length}). Update Telltale, or start it with another --data-dir.`,
    );
  }
  for (const [index, migration] of migrations.slice(version).entries()) {
    // A new file is made at once; one that is brought forward keeps each version it has reached.
    if (version > 0 || index === 0) await connection.run("BEGIN");
    if (typeof migration === "function") await migration(connection);
    else for (const statement of migration) await connection.run(statement);
    await connection.run("DELETE FROM meta WHERE key = 'schema_version'");
    await connection.run("INSERT INTO meta VALUES ('schema_version', $1)", [
      String(version + index + 1),
    ]);
    if (version > 0 || index === migrations.length - 1) await connection.run("COMMIT");
  }
  await checkHashes(connection);
  // What was moved is in the log twice over.
  if (version < migrations.length) await connection.run("CHECKPOINT");
}
