import type { DuckDBConnection } from "@duckdb/node-api";
import {
  fold,
  infoOf,
  type Query,
  SEARCHED,
  type Term,
  type Value,
} from "@telltale/protocol/query";
import type { RequestFilter } from "../store.ts";
import { rangesWith } from "./letters.ts";
import { copiedOf } from "./peaks.ts";
import { after, both, joined, type Range, rangesIn, without } from "./ranges.ts";
import {
  HASHED,
  type Hashed,
  HEXADECIMAL,
  hashOf,
  LABELLED,
  type Labelled,
} from "./search-index.ts";
import { type Selection, select } from "./select.ts";
import { Conditions, inText, type SearchedColumns } from "./where.ts";

/** Requests with one id, or of one trace, that are looked at one by one. */
const MOST_PLACES = 1000;

const isLabelled = (name: string): name is Labelled => LABELLED.some((known) => known === name);
const isHashed = (name: string): name is Hashed => HASHED.some((known) => known === name);

/** Texts that are looked for in labels, for a filter. */
class Needles extends Conditions {
  /** Each over the rows of `labels`; a stretch has to fulfil them all. */
  readonly conditions: string[] = [];

  /** A row with none of these values is of no use to any of them: told by the values alone, which are few. */
  readonly useful: string[] = [];

  equal(name: Labelled, value: string | undefined): void {
    if (value !== undefined) this.#of([name], [`value = ${this.bind(value)}`]);
  }

  /** For each text which of the conditions finds it. */
  readonly texts = new Map<Term | RequestFilter, number>();

  text(of: Term | RequestFilter, names: readonly string[], values: readonly Value[]): void {
    const labelled = names.filter(isLabelled);
    const found = values.map((value) => this.contains("value", value));
    // A text that hexadecimal ids can not hold is in none of theirs.
    const inIds = names.includes("id") && values.some(({ text }) => /^[0-9a-f*-]*$/i.test(text));
    const known = `value IS NULL OR ${found.join(" OR ")}`;
    this.useful.push(...found, `value = '${HEXADECIMAL}'`);
    const ofIds = `field = 'id' AND ${inIds ? "true" : `value IS DISTINCT FROM '${HEXADECIMAL}'`}`;
    const cases = [`(${fieldIn(labelled)} AND (${known}))`];
    if (names.includes("id")) cases.push(`(${ofIds})`);
    this.texts.set(of, this.conditions.push(cases.join(" OR ")) - 1);
  }

  label(name: Labelled, values: readonly Value[]): void {
    this.#of(
      [name],
      values.map((value) => this.fits("value", value)),
    );
  }

  #of(names: readonly Labelled[], cases: readonly string[]): void {
    this.conditions.push(`${fieldIn(names)} AND (value IS NULL OR ${cases.join(" OR ")})`);
    this.useful.push(...cases);
  }
}

const fieldIn = (names: readonly string[]): string =>
  `field IN (${names.map((name) => `'${name}'`).join(", ")})`;

/** Where requests that pass can be. */
export interface Narrowed {
  /** Ascending; they may hold some. */
  readonly stretches: readonly Range[];
  /** Where the copies of peaks have all of them. */
  readonly copied: readonly Range[];
  /** What has been stored since. */
  readonly tail: Range;
  /** The columns of the stretches that hold a text. */
  readonly searched: SearchedColumns;
}

/** Where requests that pass can be; null for anywhere. */
export async function narrow(
  connection: DuckDBConnection,
  filter: RequestFilter,
): Promise<Narrowed | null> {
  const mark = await searchMark(connection);
  if (mark === 0) return null;
  const tail = after(mark);
  const pointer = pointerOf(filter.query);
  const places = pointer && (await placesWith(connection, pointer.name, pointer.values));
  if (places !== null) return { stretches: places, copied: [], tail, searched: new Map() };
  const found = await stretchesOf(connection, filter);
  const copied = await copiedOf(connection, filter);
  if (found === null && copied.length === 0) return null;
  const { stretches, searched } = found ?? {
    stretches: [{ first: 1, last: mark }],
    searched: new Map(),
  };
  return {
    stretches: without(stretches, copied),
    copied: both(stretches, copied),
    tail,
    searched,
  };
}

/** Whether it takes less time to ask where requests are that pass than to look at the nearest. */
export function isQuickToNarrow({ query, text }: RequestFilter): boolean {
  const terms = query?.terms ?? [];
  const ofText = terms.some(({ kind, negated }) => kind === "text" && !negated);
  return ofText || text !== undefined || pointerOf(query) !== null;
}

export async function searchMark(connection: DuckDBConnection): Promise<number> {
  const found = await select(
    connection,
    "SELECT seq::DOUBLE AS seq FROM rolled WHERE level = 'search'",
    {},
  );
  return Number(found.cell("seq", 0) ?? 0);
}

/** The `seq` of requests up to the mark that may have the id, and some that have not; null for too many. */
export async function placesWith(
  connection: DuckDBConnection,
  name: Hashed,
  wanted: readonly Value[],
): Promise<Range[] | null> {
  const values = Object.fromEntries(
    wanted.map(({ text, exact }, at) => [`h${at}`, exact ? text : fold(text)]),
  );
  const cases = wanted.map(({ exact }, at) => {
    const text = `$h${at}::VARCHAR`;
    return `${name} = ${hashOf(exact ? `lower(${text})` : text)}`;
  });
  const found = await select(
    connection,
    `SELECT DISTINCT seq::DOUBLE AS first, first AS last FROM hashes WHERE ${cases.join(" OR ")} ORDER BY first LIMIT ${MOST_PLACES + 1}`,
    values,
  );
  if (found.length > MOST_PLACES) return null;
  return rangesIn(found);
}

/** A term that asks for ids. */
function pointerOf(query: Query | undefined): { name: Hashed; values: readonly Value[] } | null {
  for (const term of query?.terms ?? []) {
    if (term.kind !== "label" || term.negated) continue;
    const name = infoOf(term.field).wire;
    if (isHashed(name) && !term.values.some(({ text, exact }) => !exact && text.includes("*"))) {
      return { name, values: term.values };
    }
  }
  return null;
}

async function stretchesOf(
  connection: DuckDBConnection,
  filter: RequestFilter,
): Promise<Pick<Narrowed, "stretches" | "searched"> | null> {
  const needles = new Needles();
  needles.equal("model", filter.model);
  needles.equal("provider", filter.provider);
  needles.equal("user_id", filter.userId);
  needles.equal("organization_id", filter.organizationId);
  needles.equal("endpoint", filter.endpoint);
  needles.equal("service", filter.service);
  if (filter.text !== undefined) needles.text(filter, inText, [{ text: filter.text, exact: true }]);
  for (const term of filter.query?.terms ?? []) addTerm(needles, term);
  const { conditions, useful, texts, values } = needles;
  if (conditions.length === 0) return null;
  const asked = [...texts.keys()];
  // Not as FILTER: that copies all columns of the rows for each of them.
  const fields = [...texts.values()].map(
    (condition, at) => `, bit_or(CASE WHEN holds${condition} THEN mark END) AS f${at}`,
  );
  const held = conditions.map((condition, at) => `, ${condition} AS holds${at}`);
  const places = conditions.map(
    (_, at) => `, min(CASE WHEN holds${at} THEN lowest END)::DOUBLE AS lowest${at},
       max(CASE WHEN holds${at} THEN highest END)::DOUBLE AS highest${at},
       count_if(holds${at}) = 1 AND bool_and(CASE WHEN holds${at} THEN at_ends END) AS at_ends${at}`,
  );
  const found = await select(
    connection,
    `SELECT first::DOUBLE AS first, last::DOUBLE AS last${fields.join("")}${places.join("")}
     FROM (SELECT first, last, coalesce(lowest, first) AS lowest, coalesce(highest, last) AS highest, at_ends,
         ${markOfField} AS mark${held.join("")}
       FROM labels WHERE value IS NULL OR ${useful.join(" OR ")}) GROUP BY first, last
     HAVING ${conditions.map((_, at) => `bool_or(holds${at})`).join(" AND ")} ORDER BY first`,
    values,
  );
  const rows = Array.from({ length: found.length }, (_, row) => row);
  const stretches = rangesIn(found);
  let ranges = rows.flatMap((row) =>
    conditions
      .map((_, at) => placesIn(found, row, at))
      .reduce((some, others) => both(some, others)),
  );
  const searched = new Map<Term | RequestFilter, readonly string[]>();
  for (const [at, text] of asked.entries()) {
    const names = rows.map((row) => namesIn(Number(found.cell(`f${at}`, row) ?? 0)));
    searched.set(text, [...new Set(names.flat())]);
    const inIds = stretches.filter((_, row) => names[row]?.join() === "id");
    const ids = inIds.length === 0 ? null : await rangesWith(connection, valuesOf(text));
    if (ids === null) continue;
    ranges = without(ranges, without(inIds, ids));
  }
  return { stretches: joined(ranges, 0), searched };
}

/** Where in the stretch of a row a condition can hold. */
function placesIn(found: Selection, row: number, at: number): Range[] {
  const first = Number(found.cell(`lowest${at}`, row));
  const last = Number(found.cell(`highest${at}`, row));
  if (found.cell(`at_ends${at}`, row) !== true || first === last) return [{ first, last }];
  return [first, last].map((seq) => ({ first: seq, last: seq }));
}

/** Names of columns by the bits that stand for them. */
const marked = [...LABELLED, "id"];

const markOfField = `CASE field ${marked.map((name, bit) => `WHEN '${name}' THEN ${1 << bit}`).join(" ")} END`;

const namesIn = (marks: number): string[] => marked.filter((_, bit) => marks & (1 << bit));

/** The texts that are looked for. */
function valuesOf(asking: Term | RequestFilter): readonly Value[] {
  if ("kind" in asking) return asking.kind === "text" ? asking.values : [];
  return [{ text: asking.text ?? "", exact: true }];
}

function addTerm(needles: Needles, term: Term): void {
  if (term.negated) return;
  if (term.kind === "text") {
    needles.text(term, term.field === null ? SEARCHED : [infoOf(term.field).wire], term.values);
  }
  if (term.kind === "label") {
    const { wire } = infoOf(term.field);
    if (isLabelled(wire)) needles.label(wire, term.values);
  }
}
