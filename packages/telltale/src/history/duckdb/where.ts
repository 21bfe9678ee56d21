import {
  fold,
  infoOf,
  partsOf,
  type Query,
  SEARCHED,
  type Term,
  type Value,
} from "@telltale/protocol/query";
import type { RequestFilter } from "../store.ts";
import { allTokens, promptTokens } from "./metrics.ts";

export type Values = Record<string, string | number | boolean>;

/** Columns that are called otherwise, or computed, by the field of `request_update`. */
const columns: ReadonlyMap<string, string> = new Map([
  ["usage", "usage_quality"],
  ["prompt_tokens", promptTokens],
  ["completion_tokens", "output_tokens"],
  ["total_tokens", allTokens],
  ["cached_tokens", "cache_read_tokens"],
]);

/** The column, or expression, of a field of `request_update`. */
export const columnOf = (wire: string): string => columns.get(wire) ?? wire;

/** The text filter of old looks into these; the query language has its own. */
export const inText: readonly string[] = [
  "id",
  "model",
  "error_type",
  "error_message",
  "user_id",
  "endpoint",
];

/** Where a text may be found, by the term, or the filter, that asks for it. */
export type SearchedColumns = ReadonlyMap<Term | RequestFilter, readonly string[]>;

/** What a row must fulfil, with the values bound to `$name`. */
export class Conditions {
  readonly #parts: string[] = [];
  readonly #values: Values;
  #bound = 0;

  constructor(values: Values = {}) {
    this.#values = { ...values };
  }

  /** `WHERE …`, or nothing. */
  get clause(): string {
    return this.#parts.length === 0 ? "" : `WHERE ${this.expression}`;
  }

  /** Whether a row fulfils them all. */
  get expression(): string {
    return this.#parts.length === 0 ? "true" : this.#parts.join(" AND ");
  }

  get values(): Values {
    return this.#values;
  }

  add(sql: string, values: Values = {}): this {
    this.#parts.push(sql);
    Object.assign(this.#values, values);
    return this;
  }

  /** @param searched columns that a text without a field can be in, by its term; otherwise all of them */
  filter(filter: RequestFilter, searched: SearchedColumns = new Map()): this {
    this.#equal("model", filter.model);
    this.#equal("provider", filter.provider);
    this.#equal("status", filter.status);
    this.#equal("user_id", filter.userId);
    this.#equal("organization_id", filter.organizationId);
    this.#equal("endpoint", filter.endpoint);
    this.#equal("service", filter.service);
    const { minLatencyMs, maxLatencyMs, from, to, text } = filter;
    if (minLatencyMs !== undefined) this.add(`latency_ms >= ${this.bind(minLatencyMs)}`);
    if (maxLatencyMs !== undefined) this.add(`latency_ms <= ${this.bind(maxLatencyMs)}`);
    if (from !== undefined) this.add(`created >= ${this.bind(from)}`);
    if (to !== undefined) this.add(`created < ${this.bind(to)}`);
    if (text !== undefined) {
      const wanted = this.bind(fold(text));
      const found = (searched.get(filter) ?? inText).map(
        (name) => `contains(lower(${name}), ${wanted})`,
      );
      this.add(found.length === 0 ? "false" : `(${found.join(" OR ")})`);
    }
    return this.query(filter.query, searched);
  }

  /** The rows that `matches` would take. */
  query(query: Query | undefined, searched: SearchedColumns = new Map()): this {
    for (const term of query?.terms ?? []) {
      const holds = this.#term(term, searched);
      // What is unknown fulfils no condition, and so the opposite of each. Where that goes without
      // saying it is not said: the engine is quicker with what looks at one column alone.
      this.add(term.negated ? `NOT coalesce(${holds}, false)` : holds);
    }
    return this;
  }

  #term(term: Term, searched: SearchedColumns): string {
    switch (term.kind) {
      case "text": {
        const fields =
          searched.get(term) ?? (term.field === null ? SEARCHED : [infoOf(term.field).wire]);
        if (fields.length === 0) return "false";
        const found = term.values.flatMap((value) =>
          fields.map((field) => this.contains(columnOf(field), value)),
        );
        return `(${found.join(" OR ")})`;
      }
      case "label": {
        const column = columnOf(infoOf(term.field).wire);
        return `(${term.values.map((value) => this.fits(column, value)).join(" OR ")})`;
      }
      case "number": {
        const column = columnOf(infoOf(term.field).wire);
        const compared = term.values.map(
          (value) => `${column} ${term.comparison} ${this.bind(value)}::DOUBLE`,
        );
        return `(${compared.join(" OR ")})`;
      }
      case "known":
        return `(${columnOf(infoOf(term.field).wire)} IS NOT NULL)`;
      case "flag":
        return `(${columnOf(infoOf(term.field).wire)} = ${term.value})`;
    }
  }

  /** That a column holds a text, whatever the case. */
  protected contains(column: string, { text, exact }: Value): string {
    const wanted = fold(text);
    if (exact || !wanted.includes("*")) return `contains(lower(${column}), ${this.bind(wanted)})`;
    return this.#pattern(column, ["", ...partsOf(wanted), ""]);
  }

  /** That a column is a value, in which stars stand for anything. */
  protected fits(column: string, { text, exact }: Value): string {
    if (exact) return `${column} = ${this.bind(text)}`;
    const parts = partsOf(fold(text));
    if (parts.every((part) => part === "")) return `${column} IS NOT NULL`;
    const [first = "", last = ""] = parts;
    if (parts.length === 1) return `lower(${column}) = ${this.bind(first)}`;
    if (parts.length === 2 && last === "")
      return `starts_with(lower(${column}), ${this.bind(first)})`;
    return this.#pattern(column, parts);
  }

  /** RE2 takes time in proportion to the text, whatever the stars; LIKE would not. */
  #pattern(column: string, parts: readonly string[]): string {
    const expression = parts.map(literally).join(".*");
    return `regexp_full_match(lower(${column}), ${this.bind(expression)}, 's')`;
  }

  #equal(column: string, value: string | undefined): void {
    if (value !== undefined) this.add(`${column} = ${this.bind(value)}`);
  }

  /** The name in the query that stands for the value. */
  protected bind(value: string | number): string {
    this.#bound += 1;
    const name = `v${this.#bound}`;
    this.#values[name] = value;
    return `$${name}`;
  }
}

/** A regular expression for just this text. */
function literally(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: all of ASCII but letters and digits
  return text.replace(/[\x00-\x2f\x3a-\x40\x5b-\x60\x7b-\x7f]/g, (letter) => {
    return `\\x${letter.charCodeAt(0).toString(16).padStart(2, "0")}`;
  });
}
