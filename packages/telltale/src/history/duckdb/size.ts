import { stat } from "node:fs/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { select } from "./select.ts";

export interface Size {
  /** Bytes. */
  readonly blockSize: number;
  /** Blocks. */
  readonly used: number;
  readonly free: number;
  /** Bytes. */
  readonly log: number;
}

/** What the file takes, as of its last checkpoint, and its log. */
export async function sizeOf(connection: DuckDBConnection, path: string): Promise<Size> {
  const found = await select(
    connection,
    `SELECT block_size, used_blocks, free_blocks FROM pragma_database_size()
     WHERE database_name = current_database()`,
    {},
  );
  const of = (name: string): number => Number(found.cell(name, 0) ?? 0);
  const log = await stat(`${path}.wal`).catch(() => null);
  return {
    blockSize: of("block_size"),
    used: of("used_blocks"),
    free: of("free_blocks"),
    log: log?.size ?? 0,
  };
}

/** Bytes that count against a limit: what is free within the file is used again. */
export function takenOf({ used, blockSize, log }: Size): number {
  return used * blockSize + log;
}
