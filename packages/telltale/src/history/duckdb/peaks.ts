import type { DuckDBConnection } from "@duckdb/node-api";
import { infoOf, type NumberTerm } from "@telltale/protocol/query";
import type { RequestFilter } from "../store.ts";
import { everything, type Range, rangesIn, without } from "./ranges.ts";
import { select } from "./select.ts";
import { columnOf } from "./where.ts";

/**
 * `peak_rows` has copies, beside each other, of the requests whose figures are unusual in their stretch:
 * `peak_limits` says of each stretch from where on; whatever is below `low` or above `high` is there.
 * The copies have the columns of `requests`, whichever these are.
 */
export const peaksTables: readonly string[] = [
  "CREATE TABLE peak_rows AS FROM requests LIMIT 0",
  `CREATE TABLE peak_limits (first BIGINT NOT NULL, last BIGINT NOT NULL, field VARCHAR NOT NULL,
     low DOUBLE NOT NULL, high DOUBLE NOT NULL)`,
  "INSERT INTO rolled VALUES ('peaks', 0)",
];

/** At either end. With more than twice as many in 200,000 a page is full before it is asked where they are. */
const COPIED = 64;

/** Fields of `request_update`. */
const FIGURES = ["latency_ms", "ttft_ms", "queue_ms", "cost", "total_tokens", "status_code"];

const listOf = (expression: (column: string) => string): string =>
  `[${FIGURES.map((name) => expression(`${columnOf(name)}::DOUBLE`)).join(", ")}]`;

/** Copies the peaks of the requests after `from` up to `to`. */
export async function writePeaks(
  connection: DuckDBConnection,
  from: number,
  to: number,
): Promise<void> {
  const rows = `requests WHERE seq > ${from} AND seq <= ${to}`;
  const nth = (function_: string) => (column: string) =>
    `${function_}(${column}, ${COPIED})[${COPIED}]`;
  const names = FIGURES.map((name) => `'${name}'`).join(", ");
  // Where there are fewer, all are copied.
  await connection.run(
    `INSERT INTO peak_limits SELECT ${from + 1}, ${to}, field, coalesce(low, 'infinity'), coalesce(high, '-infinity')
     FROM (SELECT unnest([${names}]) AS field, unnest(${listOf(nth("min"))}) AS low, unnest(${listOf(nth("max"))}) AS high
       FROM ${rows})`,
  );
  const limits = await select(
    connection,
    `SELECT field, low, high FROM peak_limits WHERE first = ${from + 1}`,
    {},
  );
  const beyond: string[] = [];
  const values: Record<string, number> = {};
  for (let row = 0; row < limits.length; row++) {
    const column = `${columnOf(String(limits.cell("field", row)))}::DOUBLE`;
    beyond.push(`${column} < $low${row} OR ${column} > $high${row}`);
    values[`low${row}`] = Number(limits.cell("low", row));
    values[`high${row}`] = Number(limits.cell("high", row));
  }
  await select(
    connection,
    `INSERT INTO peak_rows FROM ${rows} AND (${beyond.join(" OR ")}) ORDER BY seq`,
    values,
  );
}

/** Copies requests anew that have changed and are unusual now; `changed` is a query for them. */
export async function copyAmended(
  connection: DuckDBConnection,
  changed: string,
  values: Readonly<Record<string, number>>,
): Promise<void> {
  const figure = FIGURES.map((name) => `WHEN '${name}' THEN ${columnOf(name)}::DOUBLE`).join(" ");
  await select(
    connection,
    `DELETE FROM peak_rows WHERE seq IN (SELECT seq FROM (${changed}))`,
    values,
  );
  await select(
    connection,
    `INSERT INTO peak_rows FROM (${changed}) WHERE EXISTS (FROM peak_limits
       WHERE seq BETWEEN first AND last AND CASE field ${figure} END NOT BETWEEN low AND high)`,
    values,
  );
}

type Compared = Pick<NumberTerm, "comparison" | "values"> & { readonly figure: string };

function comparedIn({ query, minLatencyMs, maxLatencyMs }: RequestFilter): Compared[] {
  const latency = (comparison: ">=" | "<=", value: number | undefined): Compared[] =>
    value === undefined ? [] : [{ figure: "latency_ms", comparison, values: [value] }];
  const terms = (query?.terms ?? []).flatMap((term): Compared[] =>
    term.kind === "number" && !term.negated ? [{ ...term, figure: infoOf(term.field).wire }] : [],
  );
  return [...terms, ...latency(">=", minLatencyMs), ...latency("<=", maxLatencyMs)];
}

/** That all values which compare so are beyond the limits of a stretch. */
const covered: Readonly<Record<NumberTerm["comparison"], (value: string) => string>> = {
  ">": (value) => `${value} >= high`,
  ">=": (value) => `${value} > high`,
  "<": (value) => `${value} <= low`,
  "<=": (value) => `${value} < low`,
  "=": (value) => `(${value} > high OR ${value} < low)`,
};

/** The stretches of which all requests that pass are among the copies. */
export async function copiedOf(
  connection: DuckDBConnection,
  filter: RequestFilter,
): Promise<Range[]> {
  let others: Range[] = [everything];
  for (const { figure, comparison, values } of comparedIn(filter)) {
    const asked = Object.fromEntries(values.map((value, at) => [`v${at}`, value]));
    const bound = Object.keys(asked).map((name) => covered[comparison](`$${name}`));
    const found = await select(
      connection,
      `SELECT first::DOUBLE AS first, last::DOUBLE AS last FROM peak_limits
       WHERE field = '${figure}' AND ${bound.join(" AND ")} ORDER BY first`,
      asked,
    );
    others = without(others, rangesIn(found));
  }
  return without([everything], others);
}
