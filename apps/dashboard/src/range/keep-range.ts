import { type Range, type RangeSearch, readRangeSearch, searchOf } from "./range.ts";

/** What the address says of time, on any page. */
export interface TimeSearch extends RangeSearch {
  /** The times in the address are of this page only: the range that the other pages have. */
  readonly behind?: string;
}

/** A range as one word of an address; the usual one is "live". */
export function behindOf(range: Range, fallback: string): string {
  const { range: name, from, to } = searchOf(range, fallback);
  return from !== undefined && to !== undefined ? `${from}/${to}` : (name ?? "live");
}

export function readBehind(search: Readonly<Record<string, unknown>>): Pick<TimeSearch, "behind"> {
  const { behind } = search;
  return typeof behind === "string" && behind !== "" ? { behind } : {};
}

/** The range that goes along from a page to one whose address, `next`, may say another. */
export function keptRange(before: TimeSearch, next: TimeSearch): RangeSearch {
  if ("range" in next || "from" in next || "to" in next) return {};
  const { behind } = before;
  if (behind === undefined) return readRangeSearch({ ...before });
  const [from, to] = behind.split("/");
  return readRangeSearch(to === undefined ? { range: from } : { from, to });
}
