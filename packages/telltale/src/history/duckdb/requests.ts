import type { DuckDBConnection } from "@duckdb/node-api";
import type { RequestFilter, RequestOrder } from "../store.ts";
import type { Place } from "./cursor.ts";
import { eventsAt, type Spot } from "./events-at.ts";
import { isQuickToNarrow, narrow, placesWith, searchMark } from "./narrow.ts";
import {
  apart,
  after as behind,
  both,
  costsOf,
  everything,
  fewer,
  isPlace,
  nearest,
  type Range,
  within,
  without,
} from "./ranges.ts";
import type { Rows } from "./row.ts";
import { type Selection, select } from "./select.ts";
import { snapshot } from "./snapshot.ts";
import { Conditions, type SearchedColumns } from "./where.ts";

export interface Page {
  readonly rows: Rows;
  readonly next: Place | null;
}

export interface PageRequest {
  readonly filter: RequestFilter;
  readonly limit: number;
  readonly after: Place | null;
  readonly order: RequestOrder;
}

export interface PageHints {
  /** So many rows are looked through before it is asked where else there may be some. */
  readonly nearRows: number;
  /** About the last `seq`. */
  readonly committed: number;
}

/** A row that passes. */
type Found = Place & Spot;

/** Rows looked through first. */
const FIRST = 25_000;
/** Times what was looked through that is looked through next, at most. */
const GROWTH = 8;
/** Times what was looked through, in which it takes less time to fill the page than to ask where to look. */
const NEAR_ENOUGH = 5;
/** Ranges that one query looks through. */
const MOST_RANGES = 64;
/** Places that are asked for one by one: that takes half as long as to compare each row with a list. */
const FEW_PLACES = 128;

/**
 * A running request keeps `created` when it finishes, and its `seq` only grows: newest first it may
 * leave the pages still to come, never appear in them twice. Oldest first it may come once more,
 * finished, within the same millisecond.
 */
export function page(
  connection: DuckDBConnection,
  request: PageRequest,
  hints: PageHints,
): Promise<Page> {
  return snapshot(connection, async () => {
    const { limit } = request;
    const found = await foundOf(connection, request, hints);
    const rows = await eventsAt(connection, found.slice(0, limit));
    const last = found.length > limit ? found[limit - 1] : undefined;
    return { rows, next: last ? { created: last.created, seq: last.seq } : null };
  });
}

/** The rows of the page and the first one after it. */
async function foundOf(
  connection: DuckDBConnection,
  request: PageRequest,
  { nearRows, committed }: PageHints,
): Promise<Found[]> {
  const { filter, limit, after, order } = request;
  const newest = order === "newest";
  const most = limit + 1;
  const conditionsOf = (searched?: SearchedColumns): Conditions => {
    const conditions = new Conditions().filter(filter, searched);
    if (after === null) return conditions;
    const beyond = newest ? "<" : ">";
    return conditions.add(
      `(created ${beyond} $afterCreated OR (created = $afterCreated AND seq ${beyond} $afterSeq))`,
      { afterCreated: after.created, afterSeq: after.seq },
    );
  };
  let found: Found[] = [];
  const add = (picked: readonly Found[]): void => {
    const sign = newest ? -1 : 1;
    found = [...found, ...picked]
      .sort((a, b) => sign * (a.created - b.created || a.seq - b.seq))
      .slice(0, most);
  };
  const pick = async (table: Spot["table"], sql: string, { values }: Conditions): Promise<void> => {
    const rows = await select(
      connection,
      `SELECT created, seq::DOUBLE AS seq, place FROM (${sql})
       ORDER BY created ${newest ? "DESC, seq DESC" : ", seq"} LIMIT ${most}`,
      values,
    );
    add(foundIn(table, rows));
  };
  const columns = "created, seq, rowid AS place";
  const look = async (ranges: readonly Range[], conditions: Conditions): Promise<void> => {
    if (ranges.length === 0) return;
    // Most rows lie in groups that are altogether beyond the last one found.
    const last = found[most - 1];
    const bound = last ? ` AND created ${newest ? ">=" : "<="} ${last.created}` : "";
    await pick("requests", rowsWithin(ranges, open, columns, conditions, bound), conditions);
    open = without(open, ranges);
  };

  const begin = await beginOf(connection, request, committed);
  const known: Range = { first: 1, last: committed };
  let rest = [known];
  /** Where nothing was looked at yet. */
  let open: readonly Range[] = [everything];
  let looked = 0;
  let reached = newest ? Number.POSITIVE_INFINITY : 0;
  /** Copies are found before it is known what lies between them. */
  const nearer = (): number =>
    found.filter(({ seq }) => (newest ? seq >= reached : seq <= reached)).length;
  /** Goes on from where the page begins until it is full, or so many rows have been looked through. */
  const lookOn = async (conditions: Conditions, upTo: number): Promise<void> => {
    for (let near = nearer(); near < most && looked < upTo; near = nearer()) {
      const likely = (1.3 * looked * (most - near)) / Math.max(1, near);
      const rows = Math.max(FIRST, looked, Math.min(GROWTH * looked, likely));
      const next = nearest(rest, begin, Math.min(Math.ceil(rows), upTo - looked), newest);
      if (next.length === 0) return;
      await look(next, conditions);
      rest = without(rest, next);
      looked += costsOf(next);
      reached = (newest ? next[0]?.first : next.at(-1)?.last) ?? reached;
    }
  };
  const anywhere = conditionsOf();
  await pick("in_progress", rowsOf("in_progress", columns, anywhere, "true"), anywhere);
  if (!isQuickToNarrow(filter)) {
    await lookOn(anywhere, nearRows);
    if (NEAR_ENOUGH * found.length >= most) await lookOn(anywhere, 2 * NEAR_ENOUGH * nearRows);
  }
  const narrowed = found.length === most ? null : await narrow(connection, filter);
  if (narrowed === null) {
    await lookOn(anywhere, Number.POSITIVE_INFINITY);
    await look([...rest, behind(committed)], anywhere);
    return found;
  }
  const tail = both([narrowed.tail], open);
  const copied = both(narrowed.copied, open);
  const there = conditionsOf(narrowed.searched);
  rest = both(narrowed.stretches, open);
  looked = 0;
  if (newest) await look(tail, anywhere);
  open = without(open, copied);
  if (copied.length > 0) await pick("peak_rows", copiesWithin(copied, columns, there), there);
  // Little is looked through at once.
  if (costsOf(rest) > 2 * FIRST) await lookOn(there, Number.POSITIVE_INFINITY);
  await look(rest, there);
  if (!newest) await look(tail, anywhere);
  return found;
}

/** The `seq` near which the page begins. */
async function beginOf(
  connection: DuckDBConnection,
  { filter, after, order }: PageRequest,
  committed: number,
): Promise<number> {
  if (after !== null) return after.seq;
  const newest = order === "newest";
  const bound = newest ? filter.to : filter.from;
  if (bound === undefined && newest) return committed;
  const where = bound === undefined ? "" : `WHERE created ${newest ? "<" : ">="} ${bound}`;
  // As `max` and `min` it would be looked for in every row: in order, the first group that has one is enough.
  const first = `SELECT seq::DOUBLE AS seq FROM requests ${where} ORDER BY requests.seq ${newest ? "DESC" : ""} LIMIT 1`;
  return Number((await select(connection, first, {})).cell("seq", 0) ?? 0);
}

function foundIn(table: Spot["table"], rows: Selection): Found[] {
  const number = (name: string, row: number): number => Number(rows.cell(name, row));
  return Array.from({ length: rows.length }, (_, row) => ({
    table,
    created: number("created", row),
    seq: number("seq", row),
    rowid: number("place", row),
  }));
}

function rowsOf(
  table: Spot["table"],
  columns: string,
  { clause }: Conditions,
  where: string,
): string {
  return `SELECT ${columns} FROM ${table} ${clause === "" ? "WHERE" : `${clause} AND`} ${where}`;
}

/**
 * The rows of ranges that pass, once each. A query for each of many ranges would take longer to prepare than
 * to run: what lies between is looked through as well, where it is `open`.
 */
function rowsWithin(
  ranges: readonly Range[],
  open: readonly Range[],
  columns: string,
  conditions: Conditions,
  bound = "",
): string {
  const [places, longer] = apart(ranges, isPlace);
  const whole = longer.length > MOST_RANGES ? both(fewer(longer, MOST_RANGES), open) : longer;
  const seqs = without(places, whole).map(({ first }) => first);
  // Each repeats the conditions.
  const few = FEW_PLACES / Math.max(1, Object.keys(conditions.values).length);
  return [
    ...whole.map(within),
    ...(seqs.length > few
      ? [`seq IN (SELECT unnest([${seqs.join(", ")}]::BIGINT[]))`]
      : seqs.map((seq) => `seq = ${seq}`)),
  ]
    .map((where) => rowsOf("requests", columns, conditions, where + bound))
    .join(" UNION ALL ");
}

/** The copies in these ranges that pass. */
function copiesWithin(ranges: readonly Range[], columns: string, conditions: Conditions): string {
  return rowsOf("peak_rows", columns, conditions, `(${ranges.map(within).join(" OR ")})`);
}

export async function count(connection: DuckDBConnection, filter: RequestFilter): Promise<number> {
  return snapshot(connection, async () => {
    const of = async (rows: string, { values }: Conditions): Promise<number> => {
      const sql = `SELECT count(*)::DOUBLE AS count FROM (${rows})`;
      return Number((await select(connection, sql, values)).cell("count", 0));
    };
    const anywhere = new Conditions().filter(filter);
    const running = await of(rowsOf("in_progress", "1", anywhere, "true"), anywhere);
    const narrowed = await narrow(connection, filter);
    const rest = [narrowed?.tail ?? everything];
    let all = running + (await of(rowsWithin(rest, [everything], "1", anywhere), anywhere));
    if (narrowed === null) return all;
    const { stretches, copied, searched } = narrowed;
    const there = new Conditions().filter(filter, searched);
    const open = without([everything], copied);
    if (stretches.length > 0) all += await of(rowsWithin(stretches, open, "1", there), there);
    if (copied.length > 0) all += await of(copiesWithin(copied, "1", there), there);
    return all;
  });
}

/** The newest of this id, finished or else running. */
export function byId(connection: DuckDBConnection, id: string): Promise<Rows> {
  return snapshot(connection, async () => {
    const from = async (table: Spot["table"], where: string): Promise<Rows> => {
      const newest = `SELECT max(seq)::DOUBLE AS seq, max_by(rowid, seq) AS place FROM ${table} WHERE id = $id AND ${where}`;
      const found = await select(connection, newest, { id });
      const [seq, rowid] = [found.cell("seq", 0), found.cell("place", 0)];
      return typeof seq === "number" && typeof rowid === "number"
        ? eventsAt(connection, [{ table, seq, rowid }])
        : [];
    };
    const mark = await searchMark(connection);
    const places = await placesWith(connection, "id", [{ text: id, exact: true }]);
    for (const range of [behind(mark), ...(places ?? [{ first: 1, last: mark }]).reverse()]) {
      const found = await from("requests", within(range));
      if (found.length > 0) return found;
    }
    return from("in_progress", "true");
  });
}
