import { setImmediate as turn } from "node:timers/promises";
import { type DuckDBConnection, DuckDBDoubleVector, DuckDBVarCharVector } from "@duckdb/node-api";
import type { SeriesLine } from "../store.ts";
import { typesOf, type Values } from "./select.ts";

/** Lines in two arrays, which cross threads as memory: points one by one take either thread longer than the query. */
export interface PackedLines {
  readonly groups: readonly (string | null)[];
  /** Points of each line. */
  readonly counts: Uint32Array<ArrayBuffer>;
  /** Time (Unix ms) and value of each point, line by line. */
  readonly points: Float64Array<ArrayBuffer>;
}

/** Collects the points of one line after the other. */
export class Lines {
  readonly #groups: (string | null)[] = [];
  readonly #counts: number[] = [];
  readonly #points: number[] = [];

  add(group: string | null, start: number, value: number): void {
    const last = this.#groups.length - 1;
    if (last < 0 || this.#groups[last] !== group) {
      this.#groups.push(group);
      this.#counts.push(1);
    } else {
      this.#counts[last] = (this.#counts[last] ?? 0) + 1;
    }
    this.#points.push(start, value);
  }

  get packed(): PackedLines {
    return {
      groups: this.#groups,
      counts: Uint32Array.from(this.#counts),
      points: Float64Array.from(this.#points),
    };
  }
}

/** @param sql columns: line (VARCHAR), start and value (DOUBLE); sorted by line and start */
export async function selectLines(
  connection: DuckDBConnection,
  sql: string,
  values: Values,
): Promise<PackedLines> {
  const lines = new Lines();
  // A chunk at a time: what is decoded at once blocks its thread, which commits have to pass.
  const result = await connection.stream(sql, values, typesOf(values));
  for await (const chunk of result) {
    const [names, starts, figures] = [0, 1, 2].map((column) => chunk.getColumnVector(column));
    if (
      !(names instanceof DuckDBVarCharVector) ||
      !(starts instanceof DuckDBDoubleVector && figures instanceof DuckDBDoubleVector)
    ) {
      throw new TypeError("A line is VARCHAR, its points are DOUBLE");
    }
    for (let row = 0; row < chunk.rowCount; row++) {
      lines.add(names.getItem(row), starts.getItem(row) ?? 0, figures.getItem(row) ?? 0);
    }
  }
  return lines.packed;
}

/** The memory that can be handed over instead of copied. */
export function memoryOfLines({ counts, points }: PackedLines): ArrayBuffer[] {
  return [counts.buffer, points.buffer];
}

/** Points decoded without a pause: a fraction of a millisecond. */
const AT_ONCE = 5000;

export async function decodeLines({ groups, counts, points }: PackedLines): Promise<SeriesLine[]> {
  const lines: SeriesLine[] = [];
  let at = 0;
  let pause = AT_ONCE;
  for (const [line, group] of groups.entries()) {
    const own: [number, number][] = [];
    for (const end = at + 2 * (counts[line] ?? 0); at < end; at += 2) {
      own.push([points[at] ?? 0, points[at + 1] ?? 0]);
      if (--pause > 0) continue;
      pause = AT_ONCE;
      await turn();
    }
    lines.push({ group, points: own });
  }
  return lines;
}
