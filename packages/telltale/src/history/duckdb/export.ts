import type { DuckDBConnection } from "@duckdb/node-api";
import { FORMULA_RE2, SPECIAL_RE2 } from "../csv.ts";
import type { ExportColumn, ExportSelection, TextFormat } from "../store/exports.ts";
import type { RequestFilter } from "../store.ts";
import { allTokens, promptTokens } from "./metrics.ts";
import { columns } from "./row.ts";
import { select } from "./select.ts";
import { Conditions } from "./where.ts";

const time = "make_timestamp((created * 1000)::BIGINT)";

/** Columns that are computed, or called otherwise where they are stored. */
const expressions: Partial<Readonly<Record<ExportColumn, string>>> = {
  time,
  prompt_tokens: promptTokens,
  completion_tokens: "output_tokens",
  total_tokens: allTokens,
  cached_tokens: "cache_read_tokens",
  usage: "usage_quality",
  stack_trace: "error_stack",
};

const numbers: ReadonlySet<string> = new Set([
  ...columns.filter(({ kind }) => kind !== "text").map(({ name }) => name),
  "prompt_tokens",
  "completion_tokens",
  "total_tokens",
  "cached_tokens",
]);

const expressionOf = (column: ExportColumn): string => expressions[column] ?? column;

const sqlText = (text: string): string => `'${text.replaceAll("'", "''")}'`;
const instant = `strftime(${time}, '%Y-%m-%dT%H:%M:%S.%gZ')`;

/** A cell of CSV; nothing for NULL. Written by the engine, a window of rows at a time. */
function csvCell(column: ExportColumn): string {
  if (column === "time") return instant;
  const value = expressionOf(column);
  if (numbers.has(column)) return `coalesce((${value})::VARCHAR, '')`;
  const safe = `CASE WHEN regexp_matches(${value}, ${sqlText(FORMULA_RE2)}) THEN '''' || ${value} ELSE ${value} END`;
  // Nearly every text may stand as it is, which one look tells; the rest is not even computed for it.
  return `CASE WHEN ${value} IS NULL THEN ''
    WHEN ${value} <> '' AND NOT regexp_matches(${value}, ${sqlText(`${FORMULA_RE2}|${SPECIAL_RE2}`)}) THEN ${value}
    WHEN ${value} = '' OR regexp_matches(${safe}, ${sqlText(SPECIAL_RE2)})
    THEN '"' || replace(${safe}, '"', '""') || '"' ELSE ${safe} END`;
}

/** A member of a JSON object. */
function jsonMember(column: ExportColumn): string {
  const value =
    column === "time"
      ? instant
      : column === "attributes"
        ? // One row that earlier versions took as it came must not fail them all.
          "TRY_CAST(attributes AS JSON)"
        : `(${expressionOf(column)})`;
  return `'${column}', ${value}`;
}

function lineOf(selected: readonly ExportColumn[], format: TextFormat): string {
  return format === "csv"
    ? `concat(${selected.map(csvCell).join(", ',', ")})`
    : `json_object(${selected.map(jsonMember).join(", ")})::VARCHAR`;
}

/** Between two rows, and around them all. */
export function frameOf(
  format: TextFormat,
  selected: readonly ExportColumn[],
): { readonly head: string; readonly between: string; readonly tail: string } {
  switch (format) {
    case "csv":
      return { head: `${selected.join(",")}\r\n`, between: "\r\n", tail: "\r\n" };
    case "json":
      return { head: "[", between: ",\n", tail: "]\n" };
    case "ndjson":
      return { head: "", between: "\n", tail: "\n" };
  }
}

/** What an export is of: rows up to `last`, from after `first`. */
export interface Extent {
  readonly total: number;
  /** One less than the `seq` of the first row. */
  readonly first: number;
  /** `seq` of the last row. */
  readonly last: number;
}

export async function extent(connection: DuckDBConnection, filter: RequestFilter): Promise<Extent> {
  const conditions = new Conditions().filter(filter);
  const found = await select(
    connection,
    `SELECT count(*)::DOUBLE AS total, coalesce(min(seq) - 1, 0)::DOUBLE AS first,
       coalesce(max(seq), 0)::DOUBLE AS last FROM requests ${conditions.clause}`,
    conditions.values,
  );
  const number = (name: string): number => Number(found.cell(name, 0));
  return { total: number("total"), first: number("first"), last: number("last") };
}

export interface WindowRequest extends ExportSelection {
  readonly format: TextFormat;
  /** `seq` of the last row so far. */
  readonly after: number;
  /** `seq` up to which is looked. */
  readonly until: number;
  /** Most rows. */
  readonly limit: number;
}

export interface Window {
  /** The rows, with what stands between them; empty without any. */
  readonly text: string;
  readonly count: number;
  /** `seq` of the last row. */
  readonly last: number;
}

/**
 * A window of rows as one text. Each is a query of its own: an export that nobody reads holds nothing
 * open, and rows lie in the order of `seq`, so that no other is read.
 */
export async function exportWindow(
  connection: DuckDBConnection,
  { filter, columns: selected, format, after, until, limit }: WindowRequest,
): Promise<Window> {
  const conditions = new Conditions()
    .add("seq > $after AND seq <= $until", { after, until })
    .filter(filter);
  const { between } = frameOf(format, selected);
  const found = await select(
    connection,
    `SELECT coalesce(string_agg(line, ${sqlText(between)} ORDER BY seq), '') AS text,
       count(*)::DOUBLE AS count, coalesce(max(seq), 0)::DOUBLE AS last
     FROM (SELECT seq, ${lineOf(selected, format)} AS line
       FROM (FROM requests ${conditions.clause} ORDER BY seq LIMIT ${limit}))`,
    conditions.values,
  );
  return {
    text: String(found.cell("text", 0)),
    count: Number(found.cell("count", 0)),
    last: Number(found.cell("last", 0)),
  };
}

/** Writes a Parquet file; resolves with the number of its rows. */
export async function exportParquet(
  connection: DuckDBConnection,
  { filter, columns: selected }: ExportSelection,
  file: string,
): Promise<number> {
  const conditions = new Conditions().filter(filter);
  const list = selected.map((column) => `${expressionOf(column)} AS ${column}`).join(", ");
  const found = await select(
    connection,
    `COPY (SELECT ${list} FROM requests ${conditions.clause})
     TO ${sqlText(file)} (FORMAT parquet, COMPRESSION zstd)`,
    conditions.values,
  );
  return Number(found.cell("Count", 0));
}

/** Rows of a Parquet file as JSON objects, from row `offset` (0 is the first). */
export async function parquetRows(
  connection: DuckDBConnection,
  file: string,
  offset: number,
  limit: number,
): Promise<readonly string[]> {
  const found = await select(
    connection,
    `SELECT to_json(t)::VARCHAR AS row
     FROM (SELECT * EXCLUDE (file_row_number) FROM read_parquet(${sqlText(file)}, file_row_number = true)
       WHERE file_row_number >= $offset AND file_row_number < $end ORDER BY file_row_number) t`,
    { offset, end: offset + limit },
  );
  return found.texts("row");
}

/** Which of the ids are finished. */
export async function finishedIds(
  connection: DuckDBConnection,
  ids: readonly string[],
  from: number,
  to: number,
): Promise<readonly string[]> {
  const found = await select(
    connection,
    `SELECT DISTINCT id FROM requests
     WHERE created >= $from AND created <= $to AND id IN (FROM json_each($ids) SELECT value ->> '$')`,
    { from, to, ids: JSON.stringify(ids) },
  );
  return found.texts("id");
}
