import { DuckDBDataChunk, VARCHAR } from "@duckdb/node-api";
import { bindings } from "./bindings.ts";
import type { Packed } from "./packed.ts";

/** 32-bit words of a `duckdb_string_t`. */
export const STRING_WORDS = 4;
/** Longest text that stands within it, bytes. */
const INLINED = 12;
const WORD = 2 ** 32;

/** The texts of packed rows as the engine's own strings. */
export interface Strings {
  /** A `duckdb_string_t` (duckdb.h) for each text. */
  readonly words: Uint32Array;
  /** Holds the memory that they point to: to be kept until they have been copied. */
  readonly holder: DuckDBDataChunk;
}

/**
 * Hands all texts to the engine as one, and points to the parts of it: a call for each would be what
 * appending takes most of its time for.
 */
export function stringsOf(packed: Packed): Strings {
  const { bytes, ends } = encoded(packed);
  const holder = DuckDBDataChunk.create([VARCHAR], 1);
  const vector = bindings.data_chunk_get_vector(holder.chunk, 0);
  bindings.vector_assign_string_element_len(vector, 0, bytes);
  const stored = bindings.vector_get_data(vector, STRING_WORDS * 4);
  const view = new DataView(stored.buffer, stored.byteOffset, stored.byteLength);
  // Addresses have 48 bits, and fit.
  const address = view.getUint32(8, true) + view.getUint32(12, true) * WORD;
  const words = new Uint32Array(ends.length * STRING_WORDS);
  const out = new Uint8Array(words.buffer);
  for (let number = 1; number < ends.length; number++) {
    const begin = ends[number - 1] ?? 0;
    const length = (ends[number] ?? 0) - begin;
    const word = number * STRING_WORDS;
    words[word] = length;
    const shown = length <= INLINED ? length : 4;
    for (let i = 0; i < shown; i++) out[word * 4 + 4 + i] = bytes[begin + i] ?? 0;
    if (length <= INLINED) continue;
    words[word + 2] = (address + begin) % WORD;
    words[word + 3] = Math.floor((address + begin) / WORD);
  }
  return { words, holder };
}

/** UTF-8 and where each text ends in it; longer than what stands within a string. */
function encoded({ text, ends }: Packed): { bytes: Buffer; ends: Uint32Array } {
  const bytes = Buffer.from(text.padEnd(INLINED + 1));
  if (bytes.length === Math.max(text.length, INLINED + 1)) return { bytes, ends };
  // One by one: half a surrogate pair at an end must not meet the other half at the next beginning.
  const room = Buffer.alloc(3 * text.length + INLINED + 1);
  const places = new Uint32Array(ends.length);
  let end = 0;
  for (let number = 1; number < ends.length; number++) {
    end += room.write(text.slice(ends[number - 1], ends[number]), end);
    places[number] = end;
  }
  return { bytes: room.subarray(0, Math.max(end, INLINED + 1)), ends: places };
}
