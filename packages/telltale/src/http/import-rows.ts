import { CsvError, type CsvField, CsvReader, textOfCsv } from "../history/csv.ts";
import { JsonItems, JsonItemsError } from "./json-items.ts";

/** A row of a file: what stands in it, or why that can not be read. */
export interface Row {
  /** Line of the file, from 1; of a Parquet file the row. */
  readonly line: number;
  readonly value?: unknown;
  readonly error?: string;
}

type Parse = (text: string) => unknown;

/** A file whose form is wrong from some line on. */
export class FileFormError extends Error {
  override readonly name = "FileFormError";
}

/** Longest row, UTF-16 units. */
const MAX_ROW = 1_000_000;

async function* textOf(body: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder();
  for await (const bytes of body) yield decoder.decode(bytes, { stream: true });
  yield decoder.decode();
}

function parsed(text: string, line: number, parse: Parse): Row {
  try {
    return { line, value: parse(text) };
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { line, error: error.message.replace(/ at line 1,/, " at") };
  }
}

export async function* ndjsonRows(
  body: AsyncIterable<Uint8Array>,
  parse: Parse,
): AsyncGenerator<Row> {
  let rest = "";
  let line = 0;
  const row = (text: string): Row | undefined => {
    line += 1;
    const trimmed = (line === 1 ? text.replace(/^\uFEFF/, "") : text).trim();
    return trimmed === "" ? undefined : parsed(trimmed, line, parse);
  };
  for await (const text of textOf(body)) {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const one of lines) {
      const found = row(one);
      if (found) yield found;
    }
    if (rest.length > MAX_ROW) {
      throw new FileFormError(`line ${line + 1}: longer than ${MAX_ROW} characters`);
    }
  }
  const last = row(rest);
  if (last) yield last;
}

export async function* jsonRows(
  body: AsyncIterable<Uint8Array>,
  parse: Parse,
): AsyncGenerator<Row> {
  const items = new JsonItems();
  try {
    for await (const text of textOf(body)) {
      for (const { text: item, line } of items.push(text)) yield parsed(item, line, parse);
    }
    items.end();
  } catch (error) {
    if (!(error instanceof JsonItemsError)) throw error;
    throw new FileFormError(error.message);
  }
}

const numeric = new Set([
  "latency_ms",
  "ttft_ms",
  "queue_ms",
  "prompt_tokens",
  "completion_tokens",
  "total_tokens",
  "cached_tokens",
  "cache_write_tokens",
  "reasoning_tokens",
  "cost",
  "status_code",
]);
const flags = new Set(["streaming", "demo"]);

/** A field in the type that its column has; what does not fit is left as text, to be refused. */
function typed(column: string, { text, quoted }: CsvField, parse: Parse): unknown {
  if (text === "" && !quoted) return null;
  if (numeric.has(column) || (column === "created" && /^-?\d+(\.\d+)?$/.test(text))) {
    const number = Number(text);
    return text.trim() === "" || Number.isNaN(number) ? text : number;
  }
  if (flags.has(column)) {
    const lower = text.toLowerCase();
    return lower === "true" || lower === "false" ? lower === "true" : text;
  }
  const plain = textOfCsv(text);
  return column === "attributes" ? parse(plain) : plain;
}

export async function* csvRows(body: AsyncIterable<Uint8Array>, parse: Parse): AsyncGenerator<Row> {
  const reader = new CsvReader();
  let names: readonly string[] | undefined;
  const row = (fields: readonly CsvField[], line: number): Row | undefined => {
    if (names === undefined) {
      names = fields.map(({ text }) => text.trim());
      if (names.includes("model")) return undefined;
      throw new FileFormError(
        "line 1: expected the names of the columns, model among them, separated by commas",
      );
    }
    if (fields.length !== names.length) {
      return { line, error: `has ${fields.length} fields, the first line ${names.length}` };
    }
    const columns = names;
    try {
      const values = fields.map((field, at) => {
        const name = columns[at] ?? "";
        return [name, typed(name, field, parse)];
      });
      return { line, value: Object.fromEntries(values) };
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      return { line, error: `attributes: ${error.message}` };
    }
  };
  try {
    for await (const text of textOf(body)) {
      for (const { fields, line } of reader.push(text)) {
        const found = row(fields, line);
        if (found) yield found;
      }
    }
    for (const { fields, line } of reader.end()) {
      const found = row(fields, line);
      if (found) yield found;
    }
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    throw new FileFormError(`line ${error.line}: ${error.message}`);
  }
}

/** A row of a Parquet file, given as JSON; labels are JSON in a text of it. */
export function parquetRow(text: string, line: number, parse: Parse): Row {
  const row = parsed(text, line, parse);
  const { value } = row;
  if (typeof value !== "object" || value === null || !("attributes" in value)) return row;
  if (typeof value.attributes !== "string") return row;
  const attributes = parsed(value.attributes, line, parse);
  return attributes.error === undefined
    ? { line, value: { ...value, attributes: attributes.value } }
    : { line, error: `attributes: ${attributes.error}` };
}
