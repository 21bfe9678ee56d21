import type { DuckDBConnection } from "@duckdb/node-api";

/** Several queries that see the same moment. */
export async function snapshot<T>(
  connection: DuckDBConnection,
  work: () => Promise<T>,
): Promise<T> {
  await connection.run("BEGIN TRANSACTION READ ONLY");
  try {
    return await work();
  } finally {
    // Nothing was written; and what went wrong is told by `work`.
    await connection.run("ROLLBACK").catch(() => undefined);
  }
}
