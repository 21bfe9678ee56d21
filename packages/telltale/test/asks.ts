import { parseQuery } from "@telltale/protocol/query";
import type { RequestFilter } from "../src/history/store.ts";

/** The filter of a text in the query language, which must be right. */
export function asks(text: string): RequestFilter {
  const { query, error } = parseQuery(text);
  if (error !== undefined) throw new Error(error.message);
  return { query };
}
