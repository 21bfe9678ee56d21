import type { DuckDBConnection } from "@duckdb/node-api";
import { infoOf, type NumberTerm } from "@telltale/protocol/query";
import type { RequestFilter } from "../store.ts";
import { both, everything, type Range, rangesIn, without } from "./ranges.ts";
import { select } from "./select.ts";
import { columnOf } from "./where.ts";

/**
 * `peaks` has the requests whose figures are the largest and the smallest of their stretch;
 * `peak_limits` says of each stretch from where on: whatever is below `low` or above `high` is there.
 *
 * The engine finds a row by its `rowid` in a tenth of the time that it takes by its `seq`. But it numbers
 * rows anew when others were deleted, which here are the oldest: `nth` differs from `rowid` by the
 * same number in all rows.
 */
export const peaksTables: readonly string[] = [
  "CREATE TABLE peaks (seq BIGINT NOT NULL, nth BIGINT NOT NULL, created DOUBLE NOT NULL, field VARCHAR NOT NULL, value DOUBLE NOT NULL)",
  `CREATE TABLE peak_limits (first BIGINT NOT NULL, last BIGINT NOT NULL, field VARCHAR NOT NULL,
     low DOUBLE NOT NULL, high DOUBLE NOT NULL)`,
  "INSERT INTO rolled VALUES ('peaks', 0)",
];

/** At either end. With more than twice as many in 200,000 a page is full before it is asked where they are. */
const NOTED = 64;

/** Fields of `request_update`. */
const FIGURES = ["latency_ms", "ttft_ms", "queue_ms", "cost", "total_tokens", "status_code"];
const names = FIGURES.map((name) => `'${name}'`).join(", ");

/** Writes down the peaks of the requests after `from` up to `to`. */
export async function writePeaks(
  connection: DuckDBConnection,
  from: number,
  to: number,
): Promise<void> {
  const rows = `FROM requests WHERE seq > ${from} AND seq <= ${to}`;
  const ahead = await aheadOfRowids(connection);
  const end = (name: string, largest: boolean): string =>
    `(SELECT '${name}' AS field, ${largest} AS largest, seq, rowid + ${ahead} AS nth, created,
        ${columnOf(name)}::DOUBLE AS value
      ${rows} AND ${columnOf(name)} IS NOT NULL ORDER BY value ${largest ? "DESC" : ""} LIMIT ${NOTED})`;
  const ends = FIGURES.flatMap((name) => [end(name, true), end(name, false)]);
  const limit = (of: string, last: string, all: string): string =>
    `CASE WHEN count(seq) FILTER (${of}) < ${NOTED} THEN '${all}' ELSE ${last}(value) FILTER (${of}) END`;
  for (const statement of [
    `CREATE OR REPLACE TEMP TABLE ends AS ${ends.join(" UNION ALL ")}`,
    "INSERT INTO peaks SELECT DISTINCT seq, nth, created, field, value FROM ends ORDER BY seq",
    `INSERT INTO peak_limits SELECT ${from + 1}, ${to}, field,
       ${limit("NOT largest", "max", "infinity")}, ${limit("largest", "min", "-infinity")}
       FROM (SELECT unnest([${names}]) AS field) LEFT JOIN ends USING (field) GROUP BY field`,
    "DROP TABLE ends",
  ]) {
    await connection.run(statement);
  }
}

/** By how much `nth` is ahead of `rowid`, by the last that is known of both. */
async function aheadOfRowids(connection: DuckDBConnection): Promise<number> {
  const last = await select(
    connection,
    `SELECT (nth - requests.rowid)::DOUBLE AS ahead
     FROM (SELECT max(seq) AS seq, max_by(nth, seq) AS nth FROM peaks) JOIN requests USING (seq)`,
    {},
  );
  return Number(last.cell("ahead", 0) ?? 0);
}

/** Notes the figures of requests that have changed; `rows` is a query for them and their `rowid`. */
export async function noteFigures(
  connection: DuckDBConnection,
  rows: string,
  values: Readonly<Record<string, number>>,
): Promise<void> {
  const ahead = await aheadOfRowids(connection);
  const figures = FIGURES.map((name) => `${columnOf(name)}::DOUBLE`).join(", ");
  await select(
    connection,
    `INSERT INTO peaks FROM (
       SELECT seq, rowid + ${ahead} AS nth, created, unnest([${names}]) AS field, unnest([${figures}]) AS value
       FROM (${rows})) WHERE value IS NOT NULL`,
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

/** What is known of a row that is noted. */
export interface Noted {
  /** Most probably. */
  readonly rowid: number;
  /** `created` of all that it has been, Unix ms. */
  readonly earliest: number;
  readonly latest: number;
}

export interface AroundPeaks {
  readonly ranges: readonly Range[];
  /** Ranges of one place, by their `seq`. */
  readonly noted: ReadonlyMap<number, Noted>;
}

/** Where requests can be that have the figures a filter asks for; null for anywhere. */
export async function aroundPeaks(
  connection: DuckDBConnection,
  filter: RequestFilter,
): Promise<AroundPeaks | null> {
  let all: AroundPeaks | null = null;
  for (const compared of comparedIn(filter)) {
    const found = await around(connection, compared);
    if (all === null || found === null) all ??= found;
    else all = { ranges: both(all.ranges, found.ranges), noted: found.noted };
  }
  return all;
}

/** That all values which compare so are among the peaks of a stretch. */
const covered: Readonly<Record<NumberTerm["comparison"], (value: string) => string>> = {
  ">": (value) => `${value} >= high`,
  ">=": (value) => `${value} > high`,
  "<": (value) => `${value} <= low`,
  "<=": (value) => `${value} < low`,
  "=": (value) => `(${value} > high OR ${value} < low)`,
};

async function around(
  connection: DuckDBConnection,
  { figure, comparison, values }: Compared,
): Promise<AroundPeaks | null> {
  const asked = Object.fromEntries(values.map((value, at) => [`v${at}`, value]));
  const bound = Object.keys(asked).map((name) => `$${name}`);
  const whole = await select(
    connection,
    `SELECT first::DOUBLE AS first, last::DOUBLE AS last FROM peak_limits
     WHERE field = '${figure}' AND ${bound.map(covered[comparison]).join(" AND ")} ORDER BY first`,
    asked,
  );
  if (whole.length === 0) return null;
  const places = await select(
    connection,
    `SELECT seq::DOUBLE AS seq, max(nth)::DOUBLE AS nth, min(created) AS earliest, max(created) AS latest FROM peaks
     WHERE field = '${figure}' AND (${bound.map((value) => `value ${comparison} ${value}`).join(" OR ")})
     GROUP BY seq ORDER BY seq`,
    asked,
  );
  const ahead = places.length > 0 ? await aheadOfRowids(connection) : 0;
  const noted = new Map<number, Noted>();
  for (let row = 0; row < places.length; row++) {
    noted.set(Number(places.cell("seq", row)), {
      rowid: Number(places.cell("nth", row)) - ahead,
      earliest: Number(places.cell("earliest", row)),
      latest: Number(places.cell("latest", row)),
    });
  }
  const there = Array.from(noted.keys(), (seq) => ({ first: seq, last: seq }));
  // Outside of them a place is within what is looked through anyway.
  return { ranges: without([everything], without(rangesIn(whole), there)), noted };
}
