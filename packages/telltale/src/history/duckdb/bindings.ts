import { createRequire } from "node:module";
import type { DuckDBDataChunk } from "@duckdb/node-api";

type Chunk = DuckDBDataChunk["chunk"];

/** A column of a chunk, as the engine holds it. */
export type Vector = object;

/** What of the engine's C interface `@duckdb/node-api` uses itself and does not hand on. */
export interface Bindings {
  data_chunk_get_vector(chunk: Chunk, column: number): Vector;
  /** Memory of the engine itself. */
  vector_get_data(vector: Vector, bytes: number): Uint8Array;
  /** All elements of the lists of a vector, one after the other. */
  list_vector_get_child(vector: Vector): Vector;
  list_vector_get_size(vector: Vector): number;
  vector_assign_string_element_len(vector: Vector, row: number, bytes: Uint8Array): void;
  vector_ensure_validity_writable(vector: Vector): void;
  copy_data_to_vector(
    vector: Vector,
    to: number,
    from: ArrayBufferLike,
    offset: number,
    bytes: number,
  ): void;
  copy_data_to_vector_validity(
    vector: Vector,
    to: number,
    from: ArrayBufferLike,
    offset: number,
    bytes: number,
  ): void;
}

const names: readonly (keyof Bindings)[] = [
  "data_chunk_get_vector",
  "vector_get_data",
  "list_vector_get_child",
  "list_vector_get_size",
  "vector_assign_string_element_len",
  "vector_ensure_validity_writable",
  "copy_data_to_vector",
  "copy_data_to_vector_validity",
];

function areBindings(loaded: unknown): loaded is Bindings {
  if (typeof loaded !== "object" || loaded === null) return false;
  // They are not enumerable.
  const members = Object.getOwnPropertyDescriptors(loaded);
  const functions = new Set(
    Object.entries(members).flatMap(([name, { value }]) =>
      typeof value === "function" ? name : [],
    ),
  );
  return names.every((name) => functions.has(name));
}

function load(): Bindings {
  // Found from where `@duckdb/node-api` is: it must be the very copy that this uses.
  const api = createRequire(import.meta.url).resolve("@duckdb/node-api");
  const loaded: unknown = createRequire(api)("@duckdb/node-bindings");
  if (areBindings(loaded)) return loaded;
  throw new Error("This version of @duckdb/node-api is not one that Telltale works with");
}

export const bindings: Bindings = load();
