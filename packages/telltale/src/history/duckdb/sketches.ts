import { setImmediate as turn } from "node:timers/promises";
import { type DuckDBConnection, type DuckDBDataChunk, DuckDBVarCharVector } from "@duckdb/node-api";
import { Histogram } from "../histogram.ts";
import { bindings, type Vector } from "./bindings.ts";
import { typesOf, type Values } from "./select.ts";

/** The lists of a chunk, one after the other. */
interface Lists {
  readonly buckets: Uint16Array;
  readonly counts: Int32Array;
}

/** The rows of a query for sketches. */
interface Sketches {
  /** The lines, in the order they came. */
  readonly names: (string | null)[];
  readonly chunks: Lists[];
  /** Of each row: the number of its line, how many steps it is from 1970, its chunk. */
  readonly lines: number[];
  readonly steps: number[];
  readonly chunkOf: number[];
  /** Where its lists begin in those of the chunk, and how long they are. */
  readonly firstBuckets: number[];
  readonly firstCounts: number[];
  readonly lengths: number[];
}

const ENTRY_BYTES = 16;
const START_BYTES = 8;

function viewOf(vector: Vector, bytes: number): DataView {
  const data = bindings.vector_get_data(vector, bytes);
  return new DataView(data.buffer, data.byteOffset, bytes);
}

/** Fills `into` with the elements of all lists of a vector. */
function elementsOf<T extends Uint16Array | Int32Array>(vector: Vector, into: T): T {
  if (into.length === 0) return into;
  const data = bindings.vector_get_data(bindings.list_vector_get_child(vector), into.byteLength);
  new Uint8Array(into.buffer).set(data);
  return into;
}

/**
 * Copies what the engine holds as it is: cell by cell, it would take several times as long as the
 * query.
 */
function addChunk(
  sketches: Sketches,
  numbers: Map<string | null, number>,
  chunk: DuckDBDataChunk,
  step: number,
): void {
  const { rowCount } = chunk;
  const vectorOf = (column: number): Vector => bindings.data_chunk_get_vector(chunk.chunk, column);
  const [ofBuckets, ofCounts] = [vectorOf(2), vectorOf(3)];
  const number = sketches.chunks.push({
    buckets: elementsOf(ofBuckets, new Uint16Array(bindings.list_vector_get_size(ofBuckets))),
    counts: elementsOf(ofCounts, new Int32Array(bindings.list_vector_get_size(ofCounts))),
  });
  const lines = chunk.getColumnVector(0);
  if (!(lines instanceof DuckDBVarCharVector)) throw new TypeError("A line is a VARCHAR");
  const starts = viewOf(vectorOf(1), rowCount * START_BYTES);
  const buckets = viewOf(ofBuckets, rowCount * ENTRY_BYTES);
  const counts = viewOf(ofCounts, rowCount * ENTRY_BYTES);
  for (let row = 0; row < rowCount; row++) {
    const name = lines.getItem(row);
    let line = numbers.get(name);
    if (line === undefined) {
      line = sketches.names.push(name) - 1;
      numbers.set(name, line);
    }
    sketches.lines.push(line);
    sketches.steps.push(Math.round(starts.getFloat64(row * START_BYTES, true) / step));
    sketches.chunkOf.push(number - 1);
    // Two numbers of 64 bits; a chunk has fewer elements than 32 can count.
    sketches.firstBuckets.push(buckets.getUint32(row * ENTRY_BYTES, true));
    sketches.firstCounts.push(counts.getUint32(row * ENTRY_BYTES, true));
    sketches.lengths.push(buckets.getUint32(row * ENTRY_BYTES + 8, true));
  }
}

/** The rows by line, as the engine sorts names (by their UTF-8, those without one last), and by time. */
function sorted({ lines, steps, names }: Sketches): Float64Array {
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
  return keys.sort().map((key) => key % keys.length);
}

function byName(a: string | null | undefined, b: string | null | undefined): number {
  if (typeof a !== "string" || typeof b !== "string") {
    return Number(typeof a !== "string") - Number(typeof b !== "string");
  }
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** Rows merged without a pause: about a millisecond. */
const AT_ONCE = 2000;

/**
 * Merges sketches: a value for each line and step. Others get their turn meanwhile: a commit passes
 * through the same thread.
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
  const sketches: Sketches = {
    names: [],
    chunks: [],
    lines: [],
    steps: [],
    chunkOf: [],
    firstBuckets: [],
    firstCounts: [],
    lengths: [],
  };
  const { names, chunks, lines, steps, chunkOf, firstBuckets, firstCounts, lengths } = sketches;
  const numbers = new Map<string | null, number>();
  const result = await connection.stream(sql, values, typesOf(values));
  for await (const chunk of result) addChunk(sketches, numbers, chunk, step);
  const histogram = new Histogram();
  const rows = sorted(sketches);
  for (let i = 0; i < rows.length; i++) {
    if (i % AT_ONCE === AT_ONCE - 1) await turn();
    const row = rows[i] ?? 0;
    const lists = chunks[chunkOf[row] ?? 0];
    if (lists === undefined) continue;
    histogram.addAll(
      lists.buckets,
      firstBuckets[row] ?? 0,
      lists.counts,
      firstCounts[row] ?? 0,
      lengths[row] ?? 0,
    );
    const next = rows[i + 1];
    if (next !== undefined && lines[next] === lines[row] && steps[next] === steps[row]) continue;
    const value = histogram.quantile(share);
    if (value !== null) emit(names[lines[row] ?? 0] ?? null, (steps[row] ?? 0) * step, value);
    histogram.clear();
  }
}
