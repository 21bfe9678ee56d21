import { type DuckDBConnection, DuckDBDoubleVector, DuckDBVarCharVector } from "@duckdb/node-api";
import { hashIds } from "../../id-hash.ts";
import type { KnownIds, Span } from "../store.ts";
import { snapshot } from "./snapshot.ts";

/** A chunk at a time, as hashes: a day of ids is a lot to have as text, or to clone. */
export function storedIds(
  connection: DuckDBConnection,
  spans: readonly Span[],
): Promise<KnownIds[]> {
  return snapshot(connection, async () => {
    const found: KnownIds[] = [];
    for (const table of ["requests", "joined"]) {
      for (const span of spans) found.push(...(await idsOf(connection, table, span)));
    }
    return found;
  });
}

async function idsOf(
  connection: DuckDBConnection,
  table: string,
  { from, to }: Span,
): Promise<KnownIds[]> {
  const found: KnownIds[] = [];
  const result = await connection.stream(
    `SELECT id, stored_at FROM ${table} WHERE stored_at BETWEEN $1 AND $2`,
    [from, to],
  );
  for (;;) {
    const chunk = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) break;
    const ids = chunk.getColumnVector(0);
    const times = chunk.getColumnVector(1);
    if (!(ids instanceof DuckDBVarCharVector && times instanceof DuckDBDoubleVector)) break;
    const texts = Array.from({ length: chunk.rowCount }, (_, row) => ids.getItem(row) ?? "");
    const storedAt = Float64Array.from(texts, (_, row) => times.getItem(row) ?? 0);
    found.push({ hashes: hashIds(texts), storedAt });
  }
  return found;
}
