import { parseQuery, printQuery, type Query } from "@telltale/protocol/query";
import { UsageError } from "./options.ts";

/**
 * The query that the words of a command line make.
 *
 * @throws {UsageError} with a mark under the place that is wrong.
 */
export function queryOf(words: readonly string[]): Query {
  const text = words.join(" ");
  const { query, error } = parseQuery(text);
  if (query) return query;
  const mark = `${" ".repeat(error.column - 1)}${"^".repeat(Math.max(1, error.length))}`;
  throw new UsageError(`${error.message}\n  ${text}\n  ${mark}`);
}

/** The same as a parameter of an address; nothing for a query without terms. */
export function queryParameter(words: readonly string[]): string | undefined {
  return printQuery(queryOf(words)) || undefined;
}
