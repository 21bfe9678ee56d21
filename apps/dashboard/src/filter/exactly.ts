import { quoteValue } from "@telltale/protocol/query";

/** A query for what has exactly this value. */
export function exactly(field: string, value: string): string {
  return `${field}:${quoteValue(value)}`;
}
