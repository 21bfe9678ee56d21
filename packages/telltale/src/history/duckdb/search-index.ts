import type { DuckDBConnection } from "@duckdb/node-api";
import { select } from "./select.ts";

/**
 * What tells where to look, for whole stretches of `seq`, written when they are summed up:
 * `labels` has the different values of some columns of each stretch, `hashes` numbers of ids.
 * Both may say too much, never too little: what they point to is looked at.
 */
export const searchTables: readonly string[] = [
  "CREATE TABLE labels (first BIGINT NOT NULL, last BIGINT NOT NULL, field VARCHAR NOT NULL, value VARCHAR)",
  "CREATE TABLE hashes (seq BIGINT NOT NULL, id UINTEGER NOT NULL, trace_id UINTEGER, response_id UINTEGER)",
  "INSERT INTO rolled VALUES ('search', 0)",
];

/** Columns whose values are kept by stretch. */
export const LABELLED = [
  "model",
  "provider",
  "error_type",
  "error_message",
  "user_id",
  "organization_id",
  "service",
  "api_key",
  "endpoint",
] as const;

/** Columns whose values are mostly different. */
export const HASHED = ["id", "trace_id", "response_id"] as const;

export type Labelled = (typeof LABELLED)[number];
export type Hashed = (typeof HASHED)[number];

/** With more values than this in one stretch, a column has the one label NULL there: anything. */
const MOST_LABELS = 2000;

/** The label of `id` where all ids are hexadecimal, as UUIDs are: no word with other letters is in one. */
export const HEXADECIMAL = "hexadecimal";

/** A number of 32 bits for an id in lower case. */
export const hashOf = (folded: string): string => `(hash(${folded}) % 4294967296)::UINTEGER`;

// The hash of NULL is a number, too.
const hashColumns = `seq, ${HASHED.map((name) => `CASE WHEN ${name} IS NOT NULL THEN ${hashOf(`lower(${name})`)} END AS ${name}`).join(", ")}`;

/** The labels of the rows of a source, as pairs of field and value. */
function labelsOf(rows: string): string {
  const fields = LABELLED.map((name) => `'${name}'`).join(", ");
  const lists = LABELLED.map((name) => `list(DISTINCT ${name}) FILTER (${name} IS NOT NULL)`).join(
    ", ",
  );
  return `SELECT field, unnest(CASE WHEN len(known) > ${MOST_LABELS} THEN [NULL] ELSE known END) AS value
    FROM (SELECT unnest([${fields}]) AS field, unnest([${lists}]) AS known FROM ${rows})
    UNION ALL
    SELECT 'id', CASE WHEN bool_and(regexp_full_match(id, '[0-9A-Fa-f-]*')) THEN '${HEXADECIMAL}' END FROM ${rows}`;
}

/** Statements for the requests after `from` up to `to`. */
export function searchStatements(from: number, to: number): string[] {
  const rows = `(FROM requests WHERE seq > ${from} AND seq <= ${to})`;
  return [
    `INSERT INTO labels SELECT ${from + 1} AS first, ${to} AS last, field, value FROM (${labelsOf(rows)})`,
    `INSERT INTO hashes SELECT ${hashColumns} FROM ${rows} ORDER BY seq`,
  ];
}

/** Adds what requests that have changed have besides; `changed` is a query for them. */
export async function addAmended(
  connection: DuckDBConnection,
  changed: string,
  asked: Readonly<Record<string, number>>,
): Promise<void> {
  const rows = `(${changed})`;
  const found = await select(connection, `SELECT count(*)::DOUBLE AS count FROM ${rows}`, asked);
  if (found.cell("count", 0) === 0) return;
  await select(connection, `INSERT INTO hashes SELECT ${hashColumns} FROM ${rows}`, asked);
  const values = LABELLED.map(
    (name) =>
      `SELECT seq, '${name}' AS field, ${name} AS value FROM ${rows} WHERE ${name} IS NOT NULL`,
  );
  await select(
    connection,
    `INSERT INTO labels
     SELECT DISTINCT stretch.first, stretch.last, field, value
     FROM (${values.join(" UNION ALL ")}) added
     JOIN (SELECT DISTINCT first, last FROM labels) stretch ON added.seq BETWEEN stretch.first AND stretch.last
     WHERE NOT EXISTS (FROM labels known WHERE known.first = stretch.first AND known.field = added.field
       AND (known.value IS NULL OR known.value = added.value))`,
    asked,
  );
}

/** Forgets what tells of requests that are no more. */
export async function forgetSearch(connection: DuckDBConnection): Promise<void> {
  const first = "(SELECT coalesce(min(seq), 0) FROM requests)";
  for (const table of ["hashes", "peak_rows"]) {
    await connection.run(`DELETE FROM ${table} WHERE seq < ${first}`);
  }
  for (const table of ["labels", "letters", "peak_limits"]) {
    await connection.run(`DELETE FROM ${table} WHERE last < ${first}`);
  }
}

/** Hashes are the engine's own: when a version of it makes others, all is written again. */
export async function checkHashes(connection: DuckDBConnection): Promise<void> {
  const [known, own] = ["(SELECT value FROM meta WHERE key = 'hash')", "hash('telltale')::VARCHAR"];
  const same = await connection.runAndReadAll(`SELECT ${known} IS NOT DISTINCT FROM ${own}`);
  if (same.getRows()[0]?.[0] === true) return;
  for (const statement of [
    "BEGIN",
    "DELETE FROM hashes",
    "DELETE FROM labels",
    "UPDATE rolled SET seq = 0 WHERE level = 'search'",
    "DELETE FROM meta WHERE key = 'hash'",
    `INSERT INTO meta VALUES ('hash', ${own})`,
    "COMMIT",
  ]) {
    await connection.run(statement);
  }
}
