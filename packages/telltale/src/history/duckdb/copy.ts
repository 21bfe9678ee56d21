import { access, rename, rm } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { StorageError } from "../store.ts";

const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const named = (text: string): string => `"${text.replaceAll('"', '""')}"`;

async function scalar(connection: DuckDBConnection, sql: string): Promise<string> {
  return String((await connection.runAndReadAll(sql)).getRows()[0]?.[0]);
}

/** Runs `work` with the file attached as `copy`; a detached file is whole and on disk. */
async function attached(
  connection: DuckDBConnection,
  file: string,
  work: (current: string) => Promise<void>,
): Promise<void> {
  const current = named(await scalar(connection, "SELECT current_database()"));
  await connection.run(`ATTACH ${quoted(file)} AS copy`);
  try {
    await work(current);
    await connection.run("CHECKPOINT copy");
  } finally {
    await connection.run("DETACH copy");
  }
}

/** @throws {StorageError} when the file exists. */
export async function copyDatabase(connection: DuckDBConnection, file: string): Promise<void> {
  if (
    await access(file).then(
      () => true,
      () => false,
    )
  ) {
    throw new StorageError(`${file} exists already; a backup never replaces a file`);
  }
  const unfinished = `${file}.unfinished`;
  await rm(unfinished, { force: true });
  try {
    await attached(connection, unfinished, async (current) => {
      await connection.run(`COPY FROM DATABASE ${current} TO copy`);
    });
    await rename(unfinished, file);
  } finally {
    await rm(unfinished, { force: true });
    await rm(`${unfinished}.wal`, { force: true });
  }
}

/** Either the finished requests up to a `seq`, or those after it and all the rest. */
export type Share = { readonly upTo: number } | { readonly after: number };

/** Copies a share of the database into a file; the first share makes its tables. */
export async function copyInto(
  connection: DuckDBConnection,
  file: string,
  share: Share,
): Promise<void> {
  await attached(connection, file, async (current) => {
    if ("upTo" in share) {
      await connection.run(`COPY FROM DATABASE ${current} TO copy (SCHEMA)`);
      await connection.run(
        `INSERT INTO copy.requests FROM ${current}.requests WHERE seq <= ${share.upTo} ORDER BY seq`,
      );
      return;
    }
    const tables = await connection.runAndReadAll(
      `SELECT table_name FROM duckdb_tables() WHERE database_name = 'copy'`,
    );
    for (const [name] of tables.getRows()) {
      const rows = name === "requests" ? `WHERE seq > ${share.after}` : "";
      const table = named(String(name));
      await connection.run(`INSERT INTO copy.${table} FROM ${current}.${table} ${rows}`);
    }
  });
}
