import {
  fieldOf,
  infoOf,
  isFlag,
  isNumber,
  isText,
  type NumberField,
  QUERY_NAMES,
  type QueryField,
} from "./fields.ts";
import { nearestWord } from "./nearest.ts";
import { EXPECTED_QUANTITY, readQuantity } from "./quantity.ts";
import {
  type Comparison,
  MAX_QUERY_LENGTH,
  MAX_QUERY_VALUES,
  type ParsedQuery,
  type Place,
  type QueryError,
  type Term,
  type Value,
} from "./query.ts";

/** A value with where it stands. */
interface Written extends Value {
  readonly at: Place;
}

class Stop extends Error {
  readonly error: QueryError;
  constructor(error: QueryError) {
    super(error.message);
    this.error = error;
  }
}

/**
 * Reads a query such as `model:gpt-4* -status:success latency>2s "rate limit"`; the grammar is in
 * docs/query.md. Never throws: what is wrong is described, with its column.
 */
export function parseQuery(text: string): ParsedQuery {
  try {
    return { query: { terms: new Reader(text).terms() } };
  } catch (error) {
    if (error instanceof Stop) return { error: error.error };
    throw error;
  }
}

const name = /[a-z_]\w*(?=!=|[:=<>])/iy;
const operator = /!=|>=|<=|[:=<>]/y;
const comparison = />=|<=|[<>=]/y;
const shown = (word: string): string => (word.length > 40 ? `${word.slice(0, 40)}…` : word);

class Reader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  terms(): Term[] {
    if (this.#text.length > MAX_QUERY_LENGTH) {
      const rest = this.#text.length - MAX_QUERY_LENGTH;
      this.#at = MAX_QUERY_LENGTH;
      throw this.#stop(`The query is longer than ${MAX_QUERY_LENGTH} characters`, "its end", rest);
    }
    const terms: Term[] = [];
    for (;;) {
      this.#match(/\s*/y);
      if (this.#at >= this.#text.length) return terms;
      terms.push(this.#term());
    }
  }

  #term(): Term {
    const start = this.#at;
    const minus = this.#match(/-/y) !== "";
    if (this.#ended()) throw this.#stop("Nothing stands after -", "a field or a word");
    const field = this.#match(name);
    const place = (): Place => ({ column: start + 1, length: this.#at - start });
    if (field === "") {
      const value = this.#word();
      return { kind: "text", field: null, values: [value], negated: minus, at: place() };
    }
    const known = fieldOf(field);
    if (known === undefined) throw this.#unknownField(field);
    const sign = this.#match(operator);
    const negated = minus !== (sign === "!=");
    return { ...this.#condition(known, sign), negated, at: place() };
  }

  #unknownField(field: string): Stop {
    this.#at -= field.length;
    const suggestion = nearestWord(field, QUERY_NAMES);
    const hint =
      suggestion === undefined
        ? "put it in quotes to search for it as text"
        : `did you mean ${suggestion}?`;
    return this.#stop(
      `${shown(field)} is not a field; ${hint}`,
      "a field",
      field.length,
      suggestion,
    );
  }

  #condition(field: QueryField, sign: string): DistributiveOmit<Term, "negated" | "at"> {
    const info = infoOf(field);
    const equal = sign === ":" || sign === "=" || sign === "!=";
    if (info.kind !== "number" && !equal) {
      this.#at -= sign.length;
      throw this.#stop(
        `${field} can not be compared with ${sign}`,
        `${field}: and a value`,
        sign.length,
      );
    }
    if (isNumber(field)) return this.#number(field, sign);
    const values = this.#values(field);
    if (isFlag(field)) return { kind: "flag", field, value: this.#trueOrFalse(field, values) };
    if (isText(field)) return { kind: "text", field, values: values.map(bare) };
    return {
      kind: "label",
      field,
      values: values.map((value) => this.#oneOf(field, info.values, value)),
    };
  }

  #trueOrFalse(field: string, [first, second]: readonly Written[]): boolean {
    const wanted = first?.text.toLowerCase();
    if (second !== undefined) throw this.#wrong(second, `${field} takes one value`, "a space");
    if (wanted === "true" || wanted === "false") return wanted === "true";
    throw this.#wrong(first, `${field} is true or false`, "true or false");
  }

  #oneOf(field: string, known: readonly string[] | undefined, value: Written): Value {
    if (known === undefined) return bare(value);
    const text = value.text.toLowerCase();
    if (known.includes(text)) return { text, exact: false };
    const expected = `${known.slice(0, -1).join(", ")} or ${known.at(-1)}`;
    const suggestion = nearestWord(text, known);
    const hint = suggestion === undefined ? "" : `; did you mean ${suggestion}?`;
    throw this.#wrong(value, `${field} is ${expected}${hint}`, expected, suggestion);
  }

  #number(field: NumberField, sign: string): DistributiveOmit<Term, "negated" | "at"> {
    const unit = infoOf(field).unit ?? "count";
    let how = comparisonOf(sign);
    // `latency:>2s` is what people know from elsewhere.
    if (sign === ":") {
      how = comparisonOf(this.#match(comparison));
    }
    const values = this.#values(field);
    const [first, second] = values;
    if (values.length === 1 && how === "=" && first?.text === "*" && !first.exact) {
      return { kind: "known", field };
    }
    if (how !== "=" && second !== undefined) {
      throw this.#wrong(second, `${how} takes one value`, "a space");
    }
    const numbers = values.map((value) => {
      const quantity = readQuantity(value.text, unit);
      if (quantity !== undefined) return quantity;
      const expected = EXPECTED_QUANTITY[unit];
      throw this.#wrong(value, `${field} is compared with ${expected}`, expected);
    });
    return { kind: "number", field, comparison: how, values: numbers };
  }

  #values(field: string): Written[] {
    const values: Written[] = [];
    do {
      if (this.#ended()) {
        const after =
          values.length === 0 ? `${field} has no value` : "Nothing stands after the comma";
        throw this.#stop(after, "a value");
      }
      values.push(this.#value(/[^\s,]*/y));
      if (values.length > MAX_QUERY_VALUES) {
        throw this.#stop(`A term has at most ${MAX_QUERY_VALUES} values`, "a space");
      }
    } while (this.#match(/,/y) !== "");
    if (!this.#ended()) throw this.#stop("A value ends here", "a space or a comma");
    return values;
  }

  #word(): Value {
    const first = this.#text[this.#at] ?? "";
    if (first === "-") throw this.#stop("One - is enough", "a field or a word");
    if (first === "(" || first === ")") {
      throw this.#stop(
        "There are no parentheses: all terms must hold, and model:a,b means either",
        "a field, a word, or text in quotes",
      );
    }
    const value = this.#value(/\S*/y);
    if (!value.exact && /^(?:AND|OR|NOT)$/.test(value.text)) {
      throw this.#wrong(
        value,
        `There is no ${value.text}: all terms must hold, model:a,b means either, and -status:error the opposite`,
        "a field, a word, or the word in quotes",
      );
    }
    if (!this.#ended()) throw this.#stop("Text in quotes ends here", "a space");
    return bare(value);
  }

  #value(unquoted: RegExp): Written {
    const start = this.#at;
    if (this.#text[start] !== '"') {
      const text = this.#match(unquoted);
      if (text === "") throw this.#stop("A value is missing", 'a value, or "" for an empty one');
      const quote = text.indexOf('"');
      if (quote >= 0) {
        this.#at = start + quote;
        throw this.#stop("A quotation mark stands inside a word", "the whole value in quotes");
      }
      return { text, exact: false, at: { column: start + 1, length: text.length } };
    }
    const quoted = this.#match(/"(?:[^"\\]|\\.)*"/sy);
    if (quoted === "") {
      const rest = this.#text.length - start;
      throw this.#stop("The quotation mark is not closed", 'a closing "', rest);
    }
    const text = quoted.slice(1, -1).replace(/\\(.)/gs, "$1");
    return { text, exact: true, at: { column: start + 1, length: quoted.length } };
  }

  #ended(): boolean {
    return this.#at >= this.#text.length || /\s/.test(this.#text[this.#at] ?? "");
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += found.length;
    return found;
  }

  #wrong(value: Written | undefined, message: string, expected: string, suggestion?: string): Stop {
    if (value !== undefined) this.#at = value.at.column - 1;
    return this.#stop(message, expected, value?.at.length ?? 1, suggestion);
  }

  #stop(message: string, expected: string, length = 1, suggestion?: string): Stop {
    const error = { message, expected, column: this.#at + 1, length };
    return new Stop(suggestion === undefined ? error : { ...error, suggestion });
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

function comparisonOf(sign: string): Comparison {
  return sign === ">" || sign === ">=" || sign === "<" || sign === "<=" ? sign : "=";
}

function bare({ text, exact }: Value): Value {
  return { text, exact };
}
