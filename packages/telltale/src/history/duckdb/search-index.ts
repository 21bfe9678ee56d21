import type { DuckDBConnection } from "@duckdb/node-api";
import { select } from "./select.ts";

const hashesTable =
  "CREATE TABLE hashes (seq BIGINT NOT NULL, id UINTEGER NOT NULL, trace_id UINTEGER, response_id UINTEGER)";

/**
 * What tells where to look, for whole stretches of `seq`, written when they are summed up:
 * `labels` has the different values of some columns of each stretch, and between which rows of it they
 * are (`placedLabels`), `hashes` numbers of ids. Both may say too much, never too little: what they
 * point to is looked at.
 */
export const searchTables: readonly string[] = [
  "CREATE TABLE labels (first BIGINT NOT NULL, last BIGINT NOT NULL, field VARCHAR NOT NULL, value VARCHAR)",
  hashesTable,
  "INSERT INTO rolled VALUES ('search', 0)",
];

/**
 * Version 10: the first and the last row of the stretch that have the value, and whether there are no
 * others. What was written before does not tell: it may be any row.
 */
export const placedLabels: readonly string[] = [
  "lowest BIGINT",
  "highest BIGINT",
  "at_ends BOOLEAN",
].map((column) => `ALTER TABLE labels ADD COLUMN ${column}`);

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

const HASHES = 2 ** 26;

export const shorterHashes: readonly string[] = [
  "ALTER TABLE hashes RENAME TO long_hashes",
  hashesTable,
  `INSERT INTO hashes SELECT seq, ${HASHED.map((name) => `${name} % ${HASHES}`).join(", ")} FROM long_hashes`,
  "DROP TABLE long_hashes",
];

/** With more values than this in one stretch, a column has the one label NULL there: anything. */
const MOST_LABELS = 2000;

/** The label of `id` where all ids are hexadecimal, as UUIDs are: no word with other letters is in one. */
export const HEXADECIMAL = "hexadecimal";

/**
 * A number of 26 bits for an id in lower case: of a hundred million ids one or two others have the same.
 * Up to version 9 it had 32, of which these are the last.
 */
export const hashOf = (folded: string): string => `(hash(${folded}) % ${HASHES})::UINTEGER`;

// The hash of NULL is a number, too.
const hashColumns = `seq, ${HASHED.map((name) => `CASE WHEN ${name} IS NOT NULL THEN ${hashOf(`lower(${name})`)} END AS ${name}`).join(", ")}`;

/** What the places of rows of one value come to. */
const placed = "min(seq) AS lowest, max(seq) AS highest, count(*) <= 2 AS at_ends";

/** The labels of the rows of a source. */
function labelsOf(rows: string): string {
  const values = LABELLED.map(
    (name) =>
      `SELECT '${name}' AS field, ${name} AS value, ${placed} FROM ${rows} WHERE ${name} IS NOT NULL GROUP BY ${name}`,
  );
  return `WITH known AS (${values.join(" UNION ALL ")}),
      few AS (SELECT field FROM known GROUP BY field HAVING count(*) <= ${MOST_LABELS})
    SELECT field, value, lowest, highest, at_ends FROM known WHERE field IN (FROM few)
    UNION ALL
    SELECT DISTINCT field, NULL, NULL::BIGINT, NULL::BIGINT, NULL::BOOLEAN FROM known WHERE field NOT IN (FROM few)
    UNION ALL
    SELECT 'id', CASE WHEN bool_and(regexp_full_match(id, '[0-9A-Fa-f-]*')) THEN '${HEXADECIMAL}' END, NULL, NULL, NULL
    FROM ${rows}`;
}

/** Statements for the requests after `from` up to `to`. */
export function searchStatements(from: number, to: number): string[] {
  const rows = `(FROM requests WHERE seq > ${from} AND seq <= ${to})`;
  return [
    `INSERT INTO labels SELECT ${from + 1} AS first, ${to} AS last, * FROM (${labelsOf(rows)})`,
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
  // A value that is known elsewhere in its stretch may be anywhere in it from now on: two rows tell all there is.
  await select(
    connection,
    `INSERT INTO labels
     WITH added AS (
       SELECT stretch.first, stretch.last, field, value, seq
       FROM (${values.join(" UNION ALL ")}) changed
       JOIN (SELECT DISTINCT first, last FROM labels) stretch ON changed.seq BETWEEN stretch.first AND stretch.last),
     missing AS (
       SELECT *, EXISTS (FROM labels known WHERE ${sameLabel}) AS elsewhere
       FROM added WHERE NOT EXISTS (FROM labels known WHERE ${sameField} AND (known.value IS NULL OR
         known.value = added.value AND ${tellsOf})))
     SELECT first, last, field, value, CASE WHEN found THEN first ELSE lowest END,
       CASE WHEN found THEN last ELSE highest END, at_ends AND NOT found
     FROM (SELECT first, last, field, value, bool_or(elsewhere) AS found, ${placed}
       FROM missing GROUP BY first, last, field, value)`,
    asked,
  );
}

const sameField = "known.first = added.first AND known.field = added.field";
const sameLabel = `${sameField} AND known.value = added.value`;

/** Whether a known row says that its value may be in the added request. */
const tellsOf = `CASE WHEN known.at_ends THEN added.seq IN (known.lowest, known.highest)
  ELSE known.lowest IS NULL OR added.seq BETWEEN known.lowest AND known.highest END`;

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
