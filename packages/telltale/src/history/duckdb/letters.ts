import { setImmediate as turn } from "node:timers/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { fold, type Value } from "@telltale/protocol/query";
import { after, joined, type Range } from "./ranges.ts";
import { select } from "./select.ts";

/**
 * What tells where a part of an id can be. A piece is four hexadecimal digits in a row. Each stretch of
 * requests is cut into 64 parts, and each piece has 64 bits: in which of them an id holds it. A row has
 * those of the pieces that begin with the same two digits. Compressed they would take as much, and
 * all rows would be read for one.
 */
const lettersTable = `CREATE TABLE letters (first BIGINT NOT NULL, last BIGINT NOT NULL, digits USMALLINT NOT NULL,
  parts BLOB NOT NULL USING COMPRESSION uncompressed)`;

export const lettersTables: readonly string[] = [
  lettersTable,
  "INSERT INTO rolled VALUES ('letters', 0)",
];

/** For files whose table was compressed. */
export const unpackedLetters: readonly string[] = [
  "ALTER TABLE letters RENAME TO packed_letters",
  lettersTable,
  "INSERT INTO letters FROM packed_letters ORDER BY first, digits",
  "DROP TABLE packed_letters",
];

const PARTS = 64;
const PIECE = 4;
const BYTES = PARTS / 8;
/** Rows of a stretch: few, so that they are quickly found; each small enough to be kept beside others. */
const ROWS = 256;
const ROW_BYTES = 256 * BYTES;

const digitOf = Int8Array.from({ length: 128 }, (_, code) => {
  const digit = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(digit) ? -1 : digit;
});

/** Whatever is no digit ends a piece: of ids with hyphens that leaves half as many, and finds them as well. */
function eachPiece(text: string, visit: (piece: number) => void): void {
  let piece = 0;
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = digitOf[text.charCodeAt(at)] ?? -1;
    length = digit < 0 ? 0 : length + 1;
    piece = ((piece << 4) | digit) & 0xffff;
    if (length >= PIECE) visit(piece);
  }
}

const widthOf = (first: number, last: number): number => Math.ceil((last - first + 1) / PARTS);

/** Writes down the ids of the requests from `first` to `last`. */
export async function writeLetters(
  connection: DuckDBConnection,
  first: number,
  last: number,
): Promise<void> {
  const width = widthOf(first, last);
  const parts = new Uint8Array(ROWS * ROW_BYTES);
  // One text for each part: a hundred thousand cells would take longer to fetch than all the rest.
  const found = await select(
    connection,
    `SELECT ((seq - ${first}) // ${width})::INTEGER AS part, string_agg(id, ' ') AS ids
     FROM requests WHERE seq >= ${first} AND seq <= ${last} GROUP BY part`,
    {},
  );
  // Of a history whose beginning is forgotten.
  if (found.length === 0) return;
  for (const [row, ids] of found.texts("ids").entries()) {
    const part = Number(found.cell("part", row));
    const [byte, bit] = [part >> 3, 1 << (part & 7)];
    eachPiece(ids, (piece) => {
      const at = piece * BYTES + byte;
      parts[at] = (parts[at] ?? 0) | bit;
    });
    // Commits pass through this thread.
    await turn();
  }
  const appender = await connection.createAppender("letters");
  try {
    for (let row = 0; row < ROWS; row++) {
      appender.appendBigInt(BigInt(first));
      appender.appendBigInt(BigInt(last));
      appender.appendUSmallInt(row);
      appender.appendBlob(parts.subarray(row * ROW_BYTES, (row + 1) * ROW_BYTES));
      appender.endRow();
    }
    appender.flushSync();
  } finally {
    appender.closeSync();
  }
}

/** Where an id can hold one of the texts, up to the mark and after it; null for anywhere. */
export async function rangesWith(
  connection: DuckDBConnection,
  values: readonly Value[],
): Promise<Range[] | null> {
  const wanted = values.map(({ text }) => {
    const pieces = new Set<number>();
    eachPiece(fold(text), (piece) => pieces.add(piece));
    return [...pieces];
  });
  if (wanted.some((pieces) => pieces.length === 0)) return null;
  const rolled = "SELECT seq::DOUBLE AS seq FROM rolled WHERE level = 'letters'";
  const mark = Number((await select(connection, rolled, {})).cell("seq", 0) ?? 0);
  const rows = [...new Set(wanted.flat().map((piece) => piece >> 8))];
  const found = await connection.runAndReadAll(
    `SELECT first::DOUBLE, last::DOUBLE, digits, parts FROM letters
     WHERE digits IN (${rows.join(", ")}) ORDER BY first`,
  );
  const stretches = new Map<number, { last: number; parts: Map<unknown, Uint8Array> }>();
  for (const [first, last, row, parts] of found.getRowsJS()) {
    if (!(parts instanceof Uint8Array)) continue;
    const stretch = stretches.get(Number(first)) ?? { last: Number(last), parts: new Map() };
    stretch.parts.set(row, parts);
    stretches.set(Number(first), stretch);
  }
  const ranges = [...stretches].flatMap(([first, { last, parts }]) => {
    const width = widthOf(first, last);
    const holds = (piece: number, part: number): boolean => {
      const byte = parts.get(piece >> 8)?.[(piece & 255) * BYTES + (part >> 3)] ?? 0;
      return ((byte >> (part & 7)) & 1) === 1;
    };
    return Array.from({ length: PARTS }, (_, part) => part)
      .filter((part) => wanted.some((pieces) => pieces.every((piece) => holds(piece, part))))
      .map((part) => ({ first: first + part * width, last: first + (part + 1) * width - 1 }));
  });
  return joined([...ranges, after(mark)], 0);
}
