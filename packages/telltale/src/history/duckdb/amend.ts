import type { DuckDBConnection } from "@duckdb/node-api";
import { appendRows } from "./append-rows.ts";
import type { Packed } from "./packed.ts";
import { contribute } from "./rollup.ts";
import { columns } from "./row.ts";

const changed = columns.map(({ name }) => name).filter((name) => name !== "id");

const update = `UPDATE requests SET ${changed.map((name) => `${name} = amended.${name}`).join(", ")}
  FROM amended WHERE requests.id = amended.id AND requests.stored_at >= $1`;

/**
 * Makes of the stored requests of the same ids what `rows` say; `seq` and `stored_at` stay.
 *
 * @param since none of them was stored before, Unix ms: older rows are not looked at
 */
export async function amend(
  connection: DuckDBConnection,
  rows: Packed,
  since: number,
): Promise<void> {
  if (rows.length === 0) return;
  await connection.run("CREATE TEMP TABLE IF NOT EXISTS amended AS FROM requests LIMIT 0");
  await connection.run("DELETE FROM amended");
  await appendRows(connection, "amended", rows, 0, since);
  await contribute(connection, -1, since);
  await connection.run(update, [since]);
  await contribute(connection, 1, since);
}
