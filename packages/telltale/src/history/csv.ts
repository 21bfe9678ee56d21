/**
 * CSV as RFC 4180 has it, safe in spreadsheets: a text that one would take for a formula gets an
 * apostrophe in front, and so does one that has such an apostrophe already. Reading takes one away.
 * Nothing and an empty text differ: the latter is in quotes.
 */
const formula = /^'*[=+\-@\t\r\n＝＋－＠]/;

/** The same for RE2, where SQL writes the texts. */
export const FORMULA_RE2 = "^'*[=+\\-@\\t\\r\\n＝＋－＠]";

/** What must stand in quotes. */
const special = /[",\r\n]|^\s|\s$/;
export const SPECIAL_RE2 = '[",\\r\\n]|^\\s|\\s$';

/** A text as a field. */
export function csvText(text: string): string {
  const safe = formula.test(text) ? `'${text}` : text;
  return safe === "" || special.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The text that a field was made of. */
export function textOfCsv(field: string): string {
  return field.startsWith("'") && formula.test(field) ? field.slice(1) : field;
}

/** A field as it was read; `quoted` tells an empty text from nothing. */
export interface CsvField {
  readonly text: string;
  readonly quoted: boolean;
}

export interface CsvRecord {
  readonly fields: readonly CsvField[];
  /** Line it begins on, from 1. */
  readonly line: number;
}

/** A record longer than this is no record of ours, but perhaps a quote that is not closed. */
const MAX_RECORD = 1_000_000;

export class CsvError extends Error {
  override readonly name = "CsvError";
  readonly line: number;
  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

/** Takes text in any pieces and gives the records that are whole. */
export class CsvReader {
  #rest = "";
  #line = 1;
  #begun = false;

  /** @throws {CsvError} for a record that cannot be one. */
  *push(text: string): Generator<CsvRecord> {
    yield* this.#records(this.#rest + text, false);
  }

  /** @throws {CsvError} when the last quotation mark is not closed. */
  *end(): Generator<CsvRecord> {
    yield* this.#records(this.#rest, true);
  }

  *#records(given: string, last: boolean): Generator<CsvRecord> {
    let text = given;
    if (!this.#begun && text !== "") {
      this.#begun = true;
      text = text.replace(/^\uFEFF/, "");
    }
    let from = 0;
    for (;;) {
      const found = recordAt(text, from, last);
      if (found === undefined) break;
      const { fields, next } = found;
      const line = this.#line;
      for (let i = from; i < next; i++) {
        const code = text.charCodeAt(i);
        if (code === 10 || (code === 13 && text.charCodeAt(i + 1) !== 10)) this.#line += 1;
      }
      from = next;
      const blank = fields.length === 1 && fields[0]?.text === "" && !fields[0].quoted;
      if (!blank) yield { fields, line };
    }
    this.#rest = text.slice(from);
    if (this.#rest.length > MAX_RECORD || (last && this.#rest !== "")) {
      throw new CsvError(
        this.#line,
        last
          ? "a quotation mark is not closed"
          : `longer than ${MAX_RECORD} characters: perhaps a quotation mark is not closed`,
      );
    }
  }
}

/** The record at `from`; none when more text is needed. */
function recordAt(
  text: string,
  from: number,
  last: boolean,
): { fields: CsvField[]; next: number } | undefined {
  const fields: CsvField[] = [];
  let at = from;
  if (at >= text.length) return undefined;
  for (;;) {
    let field = "";
    const quoted = text[at] === '"';
    if (quoted) {
      at += 1;
      for (;;) {
        const close = text.indexOf('"', at);
        if (close < 0) return undefined;
        field += text.slice(at, close);
        at = close + 1;
        // Whether it is doubled is not known before the next character is.
        if (at >= text.length && !last) return undefined;
        if (text[at] !== '"') break;
        field += '"';
        at += 1;
      }
    }
    const start = at;
    while (at < text.length && !",\r\n".includes(text[at] ?? "")) at++;
    field += text.slice(start, at);
    fields.push({ text: field, quoted });
    if (at >= text.length) return last ? { fields, next: at } : undefined;
    const end = text[at];
    at += 1;
    if (end === ",") continue;
    if (end === "\r") {
      if (at >= text.length && !last) return undefined;
      if (text[at] === "\n") at += 1;
    }
    return { fields, next: at };
  }
}
