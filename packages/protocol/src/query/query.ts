import type { FlagField, LabelField, NumberField, TextField } from "./fields.ts";

/** A condition on requests. All terms must hold; without any, every request passes. */
export interface Query {
  readonly terms: readonly Term[];
}

/** Where a term stands in the text it was read from. */
export interface Place {
  /** From 1, in UTF-16 units. */
  readonly column: number;
  readonly length: number;
}

interface Common {
  /** The term holds where its condition does not; so it does where the value is unknown. */
  readonly negated: boolean;
  readonly at: Place;
}

/** What a text is compared with. */
export interface Value {
  readonly text: string;
  /** As written in quotes: `*` is a star and, for labels, case counts. */
  readonly exact: boolean;
}

/** Found, whatever the case, within one of the searched texts, or within `field`. */
export interface TextTerm extends Common {
  readonly kind: "text";
  readonly field: TextField | null;
  /** Any of them. */
  readonly values: readonly Value[];
}

/** Equal to one of the values, which may hold `*` for any characters. */
export interface LabelTerm extends Common {
  readonly kind: "label";
  readonly field: LabelField;
  /** Any of them. */
  readonly values: readonly Value[];
}

export type Comparison = "=" | ">" | ">=" | "<" | "<=";

/** In ms, US dollars or a count. More than one value only with `=`, which means any of them. */
export interface NumberTerm extends Common {
  readonly kind: "number";
  readonly field: NumberField;
  readonly comparison: Comparison;
  readonly values: readonly number[];
}

/** The number is known, whatever it is: `cost:*`. */
export interface KnownTerm extends Common {
  readonly kind: "known";
  readonly field: NumberField;
}

export interface FlagTerm extends Common {
  readonly kind: "flag";
  readonly field: FlagField;
  readonly value: boolean;
}

export type Term = TextTerm | LabelTerm | NumberTerm | KnownTerm | FlagTerm;

/** What is wrong with the text of a query, and where. */
export interface QueryError extends Place {
  /** One sentence, without the column. */
  readonly message: string;
  /** What could have stood there. */
  readonly expected: string;
  /** The known word nearest to the one that is unknown. */
  readonly suggestion?: string;
}

export type ParsedQuery =
  | { readonly query: Query; readonly error?: undefined }
  | { readonly query?: undefined; readonly error: QueryError };

/** Longest text of a query, in UTF-16 units. */
export const MAX_QUERY_LENGTH = 4096;
/** Most values of one term. */
export const MAX_QUERY_VALUES = 200;
