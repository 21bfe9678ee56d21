import type { DuckDBConnection } from "@duckdb/node-api";
import type { RequestFilter, RequestOrder } from "../store.ts";
import type { Place } from "./cursor.ts";
import {
  after as behind,
  fewer,
  isQuickToNarrow,
  joined,
  narrow,
  placesWith,
  type Range,
  searchMark,
} from "./narrow.ts";
import { eventColumn, type Rows } from "./row.ts";
import { select } from "./select.ts";
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

/** A row that passes. */
interface Found extends Place {
  readonly table: "requests" | "in_progress";
}

const everything: Range = { first: 0, last: Number.MAX_SAFE_INTEGER };

/** After the nearest rows, so many of those that may hold more of the page are looked through. */
const NEXT = 2_000_000;
/** Ranges that one query looks through. */
const MOST_RANGES = 16;

/**
 * A running request keeps `created` when it finishes, and its `seq` only grows: newest first it may
 * leave the pages still to come, never appear in them twice. Oldest first it may come once more,
 * finished, within the same millisecond.
 *
 * @param nearRows so many rows are looked through first: they hold the whole page as a rule
 */
export function page(
  connection: DuckDBConnection,
  request: PageRequest,
  nearRows: number,
): Promise<Page> {
  return snapshot(connection, async () => {
    const { limit } = request;
    const found = await foundOf(connection, request, nearRows);
    const rows = await eventsOf(connection, found.slice(0, limit));
    const last = found.length > limit ? found[limit - 1] : undefined;
    return { rows, next: last ? { created: last.created, seq: last.seq } : null };
  });
}

/** The rows of the page and the first one after it. */
async function foundOf(
  connection: DuckDBConnection,
  { filter, limit, after, order }: PageRequest,
  nearRows: number,
): Promise<Found[]> {
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
  const pick = async (
    table: Found["table"],
    where: string,
    { clause, values }: Conditions,
  ): Promise<Found[]> => {
    const rows = await select(
      connection,
      `SELECT created, seq::DOUBLE AS seq FROM ${table} ${clause === "" ? "WHERE" : `${clause} AND`} ${where}
       ORDER BY created ${newest ? "DESC, seq DESC" : ", seq"} LIMIT ${most}`,
      values,
    );
    return Array.from({ length: rows.length }, (_, row) => ({
      table,
      created: Number(rows.cell("created", row)),
      seq: Number(rows.cell("seq", row)),
    }));
  };
  const first = (rows: Found[]): Found[] => {
    const sign = newest ? -1 : 1;
    return rows.sort((a, b) => sign * (a.created - b.created || a.seq - b.seq)).slice(0, most);
  };

  const anywhere = conditionsOf();
  let found = await pick("in_progress", "true", anywhere);
  const look = async (ranges: readonly Range[], conditions: Conditions): Promise<void> => {
    for (const range of fewer(ranges, MOST_RANGES)) {
      // Most rows lie in groups that are altogether beyond the last one found.
      const last = found[most - 1];
      const bound = last ? ` AND created ${newest ? ">=" : "<="} ${last.created}` : "";
      found = first([...found, ...(await pick("requests", within(range) + bound, conditions))]);
    }
  };
  const begin = await beginOf(connection, { filter, limit, after, order });
  const near = isQuickToNarrow(filter) ? [] : nearest([everything], begin, nearRows, newest);
  await look(near, anywhere);
  const narrowed = found.length === most ? null : await narrow(connection, filter);
  const there = narrowed === null ? anywhere : conditionsOf(narrowed.searched);
  const tail = narrowed === null ? [] : without([narrowed.tail], near);
  if (newest) await look(tail, anywhere);
  let rest = without(narrowed?.stretches ?? [everything], near);
  for (const rows of [nearRows, NEXT]) {
    if (found.length === most) break;
    const next = nearest(rest, begin, rows, newest);
    await look(next, there);
    rest = without(rest, next);
  }
  await look(rest, there);
  if (!newest) await look(tail, anywhere);
  return found;
}

/** The `seq` near which the page begins. */
async function beginOf(
  connection: DuckDBConnection,
  { filter, after, order }: PageRequest,
): Promise<number> {
  if (after !== null) return after.seq;
  const newest = order === "newest";
  const bound = newest ? filter.to : filter.from;
  const begins = `SELECT ${newest ? "max" : "min"}(seq)::DOUBLE AS seq FROM requests`;
  const where = bound === undefined ? "" : `WHERE created ${newest ? "<" : ">="} ${bound}`;
  return Number((await select(connection, `${begins} ${where}`, {})).cell("seq", 0) ?? 0);
}

const within = ({ first, last }: Range): string =>
  last === Number.MAX_SAFE_INTEGER ? `seq >= ${first}` : `seq >= ${first} AND seq <= ${last}`;

/** Parts of the ranges next to `begin`, on the side where the page goes on, of `rows` numbers in all. */
function nearest(ranges: readonly Range[], begin: number, rows: number, newest: boolean): Range[] {
  let left = rows;
  const taken: Range[] = [];
  for (const range of newest ? [...ranges].reverse() : ranges) {
    const first = newest ? range.first : Math.max(begin, range.first);
    const last = newest ? Math.min(begin, range.last) : range.last;
    if (first > last || left <= 0) continue;
    const part = newest
      ? { first: Math.max(first, last - left + 1), last }
      : { first, last: Math.min(last, first + left - 1) };
    left -= part.last - part.first + 1;
    taken.push(part);
  }
  return newest ? taken.reverse() : taken;
}

/** What of the ranges lies in none of the others. */
function without(ranges: readonly Range[], taken: readonly Range[]): Range[] {
  return ranges.flatMap((range) => {
    const rest: Range[] = [];
    let first = range.first;
    for (const part of taken) {
      if (part.first > range.last || part.last < first) continue;
      if (part.first > first) rest.push({ first, last: part.first - 1 });
      first = part.last + 1;
    }
    if (first <= range.last) rest.push({ first, last: range.last });
    return rest;
  });
}

/** Rows so near to one another are read together: to find the next one takes as long as to read these. */
const TOGETHER = 20_000;

/** The events of the rows, in their order. */
async function eventsOf(
  connection: DuckDBConnection,
  found: readonly Pick<Found, "table" | "seq">[],
): Promise<Rows> {
  const events = new Map<number, string>();
  for (const table of ["requests", "in_progress"] as const) {
    const places = found
      .filter((row) => row.table === table)
      .map(({ seq }) => ({ first: seq, last: seq }))
      .sort((a, b) => a.first - b.first);
    const each = new Set(places.map(({ first }) => first));
    for (const range of joined(places, TOGETHER)) {
      const inside = [...each].filter((seq) => seq >= range.first && seq <= range.last);
      const these =
        inside.length === 1 ? "" : ` AND seq IN (SELECT unnest([${inside.join(", ")}]::BIGINT[]))`;
      const rows = await select(
        connection,
        `SELECT seq::DOUBLE AS seq, ${eventColumn} FROM ${table} WHERE ${within(range)}${these}`,
        {},
      );
      rows.texts("event").forEach((event, row) => {
        events.set(Number(rows.cell("seq", row)), event);
      });
    }
  }
  return found.flatMap(({ seq }) => events.get(seq) ?? []);
}

export async function count(connection: DuckDBConnection, filter: RequestFilter): Promise<number> {
  return snapshot(connection, async () => {
    const of = async (
      table: Found["table"],
      where: string,
      searched?: SearchedColumns,
    ): Promise<number> => {
      const { clause, values } = new Conditions().filter(filter, searched).add(where);
      const sql = `SELECT count(*)::DOUBLE AS count FROM ${table} ${clause}`;
      return Number((await select(connection, sql, values)).cell("count", 0));
    };
    const running = await of("in_progress", "true");
    const narrowed = await narrow(connection, filter);
    if (narrowed === null) return running + (await of("requests", "true"));
    let all = running + (await of("requests", within(narrowed.tail)));
    for (const range of fewer(narrowed.stretches, MOST_RANGES)) {
      all += await of("requests", within(range), narrowed.searched);
    }
    return all;
  });
}

/** The newest of this id, finished or else running. */
export function byId(connection: DuckDBConnection, id: string): Promise<Rows> {
  return snapshot(connection, async () => {
    const from = async (table: Found["table"], where: string): Promise<Rows> => {
      const newest = `SELECT max(seq)::DOUBLE AS seq FROM ${table} WHERE id = $id AND ${where}`;
      const seq = (await select(connection, newest, { id })).cell("seq", 0);
      return typeof seq === "number" ? eventsOf(connection, [{ table, seq }]) : [];
    };
    const mark = await searchMark(connection);
    const places = await placesWith(connection, "id", [{ text: id, exact: true }]);
    for (const range of [behind(mark), ...(places ?? [{ first: 0, last: mark }]).reverse()]) {
      const found = await from("requests", within(range));
      if (found.length > 0) return found;
    }
    return from("in_progress", "true");
  });
}
