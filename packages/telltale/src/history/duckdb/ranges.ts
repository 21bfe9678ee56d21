import type { Selection } from "./select.ts";

/** A stretch of `seq`, both ends included. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/** The ranges of rows that have a `first` and a `last`. */
export function rangesIn(rows: Selection): Range[] {
  return Array.from({ length: rows.length }, (_, row) => ({
    first: Number(rows.cell("first", row)),
    last: Number(rows.cell("last", row)),
  }));
}

export const isPlace = ({ first, last }: Range): boolean => first === last;

export const everything: Range = { first: 1, last: Number.MAX_SAFE_INTEGER };

/** What was stored after the mark. */
export const after = (mark: number): Range => ({ first: mark + 1, last: Number.MAX_SAFE_INTEGER });

/** The condition of the rows of a range. */
export const within = ({ first, last }: Range): string =>
  last === Number.MAX_SAFE_INTEGER ? `seq >= ${first}` : `seq >= ${first} AND seq <= ${last}`;

/** To look at a place of its own takes as long as at so many rows beside each other. */
const PLACE = 240;

const costOf = ({ first, last }: Range): number => Math.max(PLACE, last - first + 1);

/** What it takes to look through ranges, in rows beside each other. */
export const costsOf = (ranges: readonly Range[]): number =>
  ranges.reduce((sum, range) => sum + costOf(range), 0);

/** Parts of the ranges next to `begin`, on the side where the page goes on, that cost about `rows` in all. */
export function nearest(
  ranges: readonly Range[],
  begin: number,
  rows: number,
  newest: boolean,
): Range[] {
  let left = rows;
  const taken: Range[] = [];
  for (const range of newest ? [...ranges].reverse() : ranges) {
    const first = newest ? range.first : Math.max(begin, range.first);
    const last = newest ? Math.min(begin, range.last) : range.last;
    if (first > last || left <= 0) continue;
    const part = newest
      ? { first: Math.max(first, last - left + 1), last }
      : { first, last: Math.min(last, first + left - 1) };
    left -= costOf(part);
    taken.push(part);
  }
  return newest ? taken.reverse() : taken;
}

/** What of the ranges lies in none of the others; both ascending. */
export function without(ranges: readonly Range[], taken: readonly Range[]): Range[] {
  const rest: Range[] = [];
  let next = 0;
  for (const range of ranges) {
    let { first } = range;
    for (let part = taken[next]; part && part.first <= range.last; part = taken[next]) {
      if (part.first > first) rest.push({ first, last: part.first - 1 });
      first = Math.max(first, part.last + 1);
      // It may reach into the next one.
      if (part.last > range.last) break;
      next++;
    }
    if (first <= range.last) rest.push({ first, last: range.last });
  }
  return rest;
}

/** What lies in both; both ascending. */
export const both = (some: readonly Range[], others: readonly Range[]): Range[] =>
  without(some, without([everything], others));

/** Those for which it holds, and the others. */
export function apart(
  ranges: readonly Range[],
  holds: (range: Range) => boolean,
): [Range[], Range[]] {
  return [ranges.filter(holds), ranges.filter((range) => !holds(range))];
}

/** Ranges that have at most `gap` between them as one. */
export function joined(ranges: readonly Range[], gap: number): Range[] {
  const all: Range[] = [];
  for (const range of ranges) {
    const last = all.at(-1);
    if (last !== undefined && range.first - last.last <= gap + 1) {
      all[all.length - 1] = { first: last.first, last: Math.max(last.last, range.last) };
    } else all.push(range);
  }
  return all;
}

/** At most `most` ranges that hold all of them: those with the least between them become one. */
export function fewer(ranges: readonly Range[], most: number): Range[] {
  if (ranges.length <= most) return [...ranges];
  const gaps = ranges.slice(1).map(({ first }, i) => first - (ranges[i]?.last ?? first));
  return joined(ranges, gaps.sort((a, b) => a - b)[ranges.length - most - 1] ?? 0);
}
