import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  VARCHAR,
} from "@duckdb/node-api";
import { bindings, type Vector } from "./bindings.ts";
import { type Packed, places } from "./packed.ts";
import { columns } from "./row.ts";
import { STRING_WORDS, stringsOf } from "./strings.ts";

/** Rows of a chunk: the engine's size of a vector. */
const CHUNK = 2048;
const WORD = 2 ** 32;

const typeOf = { text: VARCHAR, real: DOUBLE, count: BIGINT, flag: BOOLEAN } as const;
const types = [BIGINT, DOUBLE, ...columns.map(({ kind }) => typeOf[kind])];

const words = new Uint32Array(CHUNK * STRING_WORDS);
const reals = new Float64Array(CHUNK);
const flags = new Uint8Array(CHUNK);
/** A bit for each row that is not null. */
const valid = new Uint32Array(CHUNK / 32);

function copy(vector: Vector, from: Uint32Array | Float64Array | Uint8Array, bytes: number): void {
  bindings.copy_data_to_vector(vector, 0, from.buffer, from.byteOffset, bytes);
}

function setNull(row: number): void {
  valid[row >>> 5] = (valid[row >>> 5] ?? 0) & ~(1 << (row & 31));
}

function putWhole(row: number, value: number): void {
  if (Math.abs(value) >= 2 ** 63) throw new RangeError(`${value} is no whole number of 64 bits`);
  words[2 * row] = value;
  words[2 * row + 1] = Math.floor(value / WORD);
}

/** Writes whole rows of events to a table of the form of `requests`. */
export async function appendRows(
  connection: DuckDBConnection,
  table: string,
  rows: Packed,
  firstSeq: number,
  storedAt: number,
): Promise<void> {
  if (rows.length === 0) return;
  const strings = stringsOf(rows);
  const appender = await connection.createAppender(table);
  try {
    for (let from = 0; from < rows.length; from += CHUNK) {
      appendChunk(appender, rows, from, strings.words, firstSeq, storedAt);
    }
  } catch (error) {
    // Else the rows so far would be flushed into whatever transaction is open when it is collected.
    appender.clear();
    throw error;
  } finally {
    appender.closeSync();
    strings.holder.reset();
  }
}

function appendChunk(
  appender: DuckDBAppender,
  rows: Packed,
  from: number,
  strings: Uint32Array,
  firstSeq: number,
  storedAt: number,
): void {
  const count = Math.min(CHUNK, rows.length - from);
  const chunk = DuckDBDataChunk.create(types, count);
  const vectorOf = (column: number): Vector => bindings.data_chunk_get_vector(chunk.chunk, column);
  for (let row = 0; row < count; row++) putWhole(row, firstSeq + from + row);
  copy(vectorOf(0), words, count * 8);
  reals.fill(storedAt, 0, count);
  copy(vectorOf(1), reals, count * 8);
  columns.forEach(({ kind }, column) => {
    const vector = vectorOf(column + 2);
    const at = (places[column] ?? 0) * rows.length + from;
    valid.fill(0xffffffff);
    const nulls =
      kind === "text"
        ? putTexts(vector, rows.texts.subarray(at, at + count), strings)
        : putNumbers(vector, rows.numbers.subarray(at, at + count), kind);
    if (!nulls) return;
    bindings.vector_ensure_validity_writable(vector);
    const bytes = Math.ceil(count / 64) * 8;
    bindings.copy_data_to_vector_validity(vector, 0, valid.buffer, 0, bytes);
  });
  appender.appendDataChunk(chunk);
}

/** Whether any of them is null. */
function putTexts(vector: Vector, texts: Uint32Array, strings: Uint32Array): boolean {
  let nulls = false;
  for (let row = 0; row < texts.length; row++) {
    const number = texts[row] ?? 0;
    if (number === 0) {
      setNull(row);
      nulls = true;
    }
    const to = row * STRING_WORDS;
    const from = number * STRING_WORDS;
    words[to] = strings[from] ?? 0;
    words[to + 1] = strings[from + 1] ?? 0;
    words[to + 2] = strings[from + 2] ?? 0;
    words[to + 3] = strings[from + 3] ?? 0;
  }
  copy(vector, words, texts.length * STRING_WORDS * 4);
  return nulls;
}

function putNumbers(
  vector: Vector,
  numbers: Float64Array,
  kind: "real" | "count" | "flag",
): boolean {
  let nulls = false;
  for (let row = 0; row < numbers.length; row++) {
    const number = numbers[row] ?? 0;
    const known = !Number.isNaN(number);
    if (!known) {
      setNull(row);
      nulls = true;
    }
    if (kind === "count") putWhole(row, known ? Math.round(number) : 0);
    else if (kind === "flag") flags[row] = known ? number : 0;
  }
  if (kind === "count") copy(vector, words, numbers.length * 8);
  else if (kind === "flag") copy(vector, flags, numbers.length);
  else copy(vector, numbers, numbers.length * 8);
  return nulls;
}
