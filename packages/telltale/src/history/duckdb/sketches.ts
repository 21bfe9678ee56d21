import { type DuckDBConnection, type DuckDBDataChunk, DuckDBVarCharVector } from "@duckdb/node-api";
import { Histogram } from "../histogram.ts";
import { bindings } from "./bindings.ts";
import { typesOf, type Values } from "./select.ts";

/** The rows of a query for sketches, column by column. */
interface Columns {
  /** Number of the line, in the order they came. */
  readonly lines: Uint32Array;
  /** Steps since 1970. */
  readonly steps: Float64Array;
  /** Where the lists of each row begin, and how long they are. */
  readonly firstBuckets: Uint32Array;
  readonly firstCounts: Uint32Array;
  readonly lengths: Uint32Array;
  readonly buckets: Uint16Array;
  readonly counts: Int32Array;
}

const ENTRY_BYTES = 16;
const START_BYTES = 8;

const sizeOf = (chunk: DuckDBDataChunk, column: number): number =>
  bindings.list_vector_get_size(bindings.data_chunk_get_vector(chunk.chunk, column));

const sum = (numbers: readonly number[]): number => numbers.reduce((a, b) => a + b, 0);

/**
 * Copies what the engine holds as it is: cell by cell, it would take several times as long as the
 * query. `names` receives the lines.
 */
function columnsOf(
  chunks: readonly DuckDBDataChunk[],
  step: number,
  names: (string | null)[],
): Columns {
  const rows = sum(chunks.map(({ rowCount }) => rowCount));
  const columns = {
    lines: new Uint32Array(rows),
    steps: new Float64Array(rows),
    firstBuckets: new Uint32Array(rows),
    firstCounts: new Uint32Array(rows),
    lengths: new Uint32Array(rows),
    buckets: new Uint16Array(sum(chunks.map((chunk) => sizeOf(chunk, 2)))),
    counts: new Int32Array(sum(chunks.map((chunk) => sizeOf(chunk, 3)))),
  };
  const numbers = new Map<string | null, number>();
  let row = 0;
  let bucketsAt = 0;
  let countsAt = 0;
  for (const chunk of chunks) {
    const { rowCount } = chunk;
    const vectorOf = (column: number) => bindings.data_chunk_get_vector(chunk.chunk, column);
    const words = (column: number, bytes: number): DataView => {
      const data = bindings.vector_get_data(vectorOf(column), bytes);
      return new DataView(data.buffer, data.byteOffset, bytes);
    };
    const lines = chunk.getColumnVector(0);
    if (!(lines instanceof DuckDBVarCharVector)) throw new TypeError("A line is a VARCHAR");
    const starts = words(1, rowCount * START_BYTES);
    const buckets = words(2, rowCount * ENTRY_BYTES);
    const counts = words(3, rowCount * ENTRY_BYTES);
    for (let i = 0; i < rowCount; i++, row++) {
      const name = lines.getItem(i);
      let number = numbers.get(name);
      if (number === undefined) {
        number = names.push(name) - 1;
        numbers.set(name, number);
      }
      columns.lines[row] = number;
      columns.steps[row] = Math.round(starts.getFloat64(i * START_BYTES, true) / step);
      // Two numbers of 64 bits; a chunk has fewer elements than 32 can count.
      columns.firstBuckets[row] = bucketsAt + buckets.getUint32(i * ENTRY_BYTES, true);
      columns.firstCounts[row] = countsAt + counts.getUint32(i * ENTRY_BYTES, true);
      columns.lengths[row] = buckets.getUint32(i * ENTRY_BYTES + 8, true);
    }
    const elements = (column: number, into: Uint16Array | Int32Array, at: number): number => {
      const size = sizeOf(chunk, column);
      if (size === 0) return 0;
      const bytes = size * into.BYTES_PER_ELEMENT;
      const child = bindings.list_vector_get_child(vectorOf(column));
      new Uint8Array(into.buffer).set(
        bindings.vector_get_data(child, bytes),
        at * into.BYTES_PER_ELEMENT,
      );
      return size;
    };
    bucketsAt += elements(2, columns.buckets, bucketsAt);
    countsAt += elements(3, columns.counts, countsAt);
  }
  return columns;
}

/** The rows by line, as the engine sorts names (by their UTF-8, those without one last), and by time. */
function sorted({ lines, steps }: Columns, names: readonly (string | null)[]): number[] {
  const order = names.map((_, number) => number).sort((a, b) => byName(names[a], names[b]));
  const rank = new Uint32Array(names.length);
  order.forEach((number, place) => {
    rank[number] = place;
  });
  let [first, last] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const at of steps) {
    if (at < first) first = at;
    if (at > last) last = at;
  }
  const width = last - first + 1;
  // One number for line, time and row: numbers alone sort fastest.
  const keys = new Float64Array(steps.length);
  for (let row = 0; row < keys.length; row++) {
    const cell = (rank[lines[row] ?? 0] ?? 0) * width + (steps[row] ?? 0) - first;
    keys[row] = cell * keys.length + row;
  }
  return Array.from(keys.sort(), (key) => key % keys.length);
}

function byName(a: string | null | undefined, b: string | null | undefined): number {
  if (typeof a !== "string" || typeof b !== "string") {
    return Number(typeof a !== "string") - Number(typeof b !== "string");
  }
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/**
 * Merges sketches: a value for each line and step.
 *
 * @param sql columns: line (VARCHAR), start (DOUBLE), buckets and counts as in the tables, none of them
 *   null but the line. In any order: for the engine, sorting such wide rows takes longer than all else.
 * @param step ms; each start is a multiple
 * @param emit called in the order of lines, and of steps within one
 */
export async function mergeSketches(
  connection: DuckDBConnection,
  sql: string,
  values: Values,
  { share, step }: { readonly share: number; readonly step: number },
  emit: (line: string | null, start: number, value: number) => void,
): Promise<void> {
  const result = await connection.run(sql, values, typesOf(values));
  const names: (string | null)[] = [];
  const columns = columnsOf(await result.fetchAllChunks(), step, names);
  const { lines, steps, firstBuckets, firstCounts, lengths, buckets, counts } = columns;
  const histogram = new Histogram();
  const rows = sorted(columns, names);
  rows.forEach((row, i) => {
    histogram.addAll(
      buckets,
      firstBuckets[row] ?? 0,
      counts,
      firstCounts[row] ?? 0,
      lengths[row] ?? 0,
    );
    const next = rows[i + 1];
    if (next !== undefined && lines[next] === lines[row] && steps[next] === steps[row]) return;
    const value = histogram.quantile(share);
    if (value !== null) emit(names[lines[row] ?? 0] ?? null, (steps[row] ?? 0) * step, value);
    histogram.clear();
  });
}
