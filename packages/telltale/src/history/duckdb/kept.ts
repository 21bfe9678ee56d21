import type { DuckDBConnection } from "@duckdb/node-api";
import type { Kept } from "../store.ts";
import { select } from "./select.ts";
import { sizeOf, takenOf } from "./size.ts";
import { snapshot } from "./snapshot.ts";

/**
 * Told without reading the rows: the number comes from the heads of their groups, and of the groups
 * only the first is looked into, which `min(stored_at)` would not do.
 */
export function kept(connection: DuckDBConnection, path: string): Promise<Kept> {
  return snapshot(connection, async () => {
    const rows = await select(connection, "SELECT count(*) AS requests FROM requests", {});
    const first = await select(
      connection,
      "SELECT stored_at FROM requests ORDER BY seq LIMIT 1",
      {},
    );
    const oldest = first.cell("stored_at", 0);
    return {
      requests: Number(rows.cell("requests", 0) ?? 0),
      oldestStoredAt: oldest === null ? null : Number(oldest),
      bytes: takenOf(await sizeOf(connection, path)),
    };
  });
}
