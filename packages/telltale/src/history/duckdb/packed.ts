import type { RequestEvent } from "../../event.ts";
import { columns } from "./row.ts";

/**
 * Rows of events in four arrays, which cross threads by being copied as memory: cells one by one
 * cost more than all else that is done with them.
 */
export interface Packed {
  readonly length: number;
  /** The different texts, one after the other. */
  readonly text: string;
  /** Where each of them ends, in UTF-16 units; number 0 stands for null. */
  readonly ends: Uint32Array<ArrayBuffer>;
  /** The number of a text for each row of a column, by column. */
  readonly texts: Uint32Array<ArrayBuffer>;
  /** The value for each row of a column, by column: NaN for null, 1 and 0 for true and false. */
  readonly numbers: Float64Array<ArrayBuffer>;
}

/** Their texts are as many as there are rows; looking for equal ones would be in vain. */
const differing: ReadonlySet<string> = new Set(["id", "trace_id", "response_id"]);

const textColumns = columns.filter(({ kind }) => kind === "text");
const numberColumns = columns.filter(({ kind }) => kind !== "text");

/** Where each column of the table is found: which one of its kind. */
export const places: readonly number[] = columns.map((column) =>
  (column.kind === "text" ? textColumns : numberColumns).indexOf(column),
);

export function pack(events: readonly RequestEvent[]): Packed {
  const { length } = events;
  const parts: string[] = [];
  const ends: number[] = [0];
  const known = new Map<string, number>();
  const texts = new Uint32Array(textColumns.length * length);
  const numbers = new Float64Array(numberColumns.length * length);
  let end = 0;
  const add = (text: string): number => {
    parts.push(text);
    end += text.length;
    return ends.push(end) - 1;
  };
  textColumns.forEach(({ name, of }, column) => {
    const single = differing.has(name);
    events.forEach((event, row) => {
      const cell = of(event);
      if (typeof cell !== "string") return;
      let number = single ? undefined : known.get(cell);
      if (number === undefined) {
        number = add(cell);
        if (!single) known.set(cell, number);
      }
      texts[column * length + row] = number;
    });
  });
  numberColumns.forEach(({ of }, column) => {
    events.forEach((event, row) => {
      const cell = of(event);
      const number = cell === null ? Number.NaN : Number(cell);
      numbers[column * length + row] = Number.isFinite(number) ? number : Number.NaN;
    });
  });
  return { length, text: parts.join(""), ends: Uint32Array.from(ends), texts, numbers };
}

/** The memory that can be handed over instead of copied. */
export function memoryOf({ ends, texts, numbers }: Packed): ArrayBuffer[] {
  return [ends.buffer, texts.buffer, numbers.buffer];
}

/** The ids of the rows. */
export function idsOf({ length, text, ends, texts }: Packed): string[] {
  const column = places[columns.findIndex(({ name }) => name === "id")] ?? 0;
  return Array.from({ length }, (_, row) => {
    const number = texts[column * length + row] ?? 0;
    return text.slice(ends[number - 1] ?? 0, ends[number]);
  });
}
