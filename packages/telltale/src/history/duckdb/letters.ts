import { setImmediate as turn } from "node:timers/promises";
import type { DuckDBConnection } from "@duckdb/node-api";
import { fold, type Value } from "@telltale/protocol/query";
import { after, joined, type Range } from "./ranges.ts";
import { select } from "./select.ts";

/**
 * What tells where a part of an id can be. A piece is five hexadecimal digits in a row. Each stretch of
 * requests is cut into 72 parts, and of each part it is noted which pieces its ids hold, as in a Bloom
 * filter (Bloom, 1970) of 65,536 bits in which a piece has two. A row has those of the pieces that share
 * 8 bits of a hash: 256 bits of every part. Compressed they would take as much, and all rows would be read for one.
 */
const lettersTable = `CREATE TABLE letters (first BIGINT NOT NULL, last BIGINT NOT NULL, digits USMALLINT NOT NULL,
  parts BLOB NOT NULL USING COMPRESSION uncompressed)`;

export const lettersTables: readonly string[] = [
  lettersTable,
  "INSERT INTO rolled VALUES ('letters', 0)",
];

/** Version 10: pieces had four digits before, and a bit each. They are noted anew. */
export const longerPieces: readonly string[] = [
  "DROP TABLE letters",
  lettersTable,
  "UPDATE rolled SET seq = 0 WHERE level = 'letters'",
];

const PARTS = 72;
const PIECE = 5;
const BYTES = PARTS / 8;
/** Rows of a stretch, few, so that they are quickly found; and bits of a part in each. */
const ROWS = 256;
/** Small enough to be kept beside others. */
const ROW_BYTES = ROWS * BYTES;

interface Bits {
  readonly row: number;
  /** Which of the row's. */
  readonly both: readonly [number, number];
}

/** The finalizer of MurmurHash3 (Appleby, public domain). */
function bitsOf(piece: number): Bits {
  let hash = Math.imul(piece ^ (piece >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  hash ^= hash >>> 16;
  return { row: hash & 255, both: [(hash >>> 8) & 255, (hash >>> 16) & 255] };
}

const digitOf = Int8Array.from({ length: 128 }, (_, code) => {
  const digit = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(digit) ? -1 : digit;
});

/** Whatever is no digit ends a piece: of ids with hyphens that leaves a third as many, and finds them as well. */
function eachPiece(text: string, visit: (piece: number) => void): void {
  let piece = 0;
  let length = 0;
  for (let at = 0; at < text.length; at++) {
    const digit = digitOf[text.charCodeAt(at)] ?? -1;
    length = digit < 0 ? 0 : length + 1;
    piece = ((piece << 4) | digit) & 0xfffff;
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
      const { row, both } = bitsOf(piece);
      for (const each of both) {
        const at = row * ROW_BYTES + each * BYTES + byte;
        parts[at] = (parts[at] ?? 0) | bit;
      }
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
    return [...pieces].map(bitsOf);
  });
  if (wanted.some((pieces) => pieces.length === 0)) return null;
  const rolled = "SELECT seq::DOUBLE AS seq FROM rolled WHERE level = 'letters'";
  const mark = Number((await select(connection, rolled, {})).cell("seq", 0) ?? 0);
  const rows = [...new Set(wanted.flat().map(({ row }) => row))];
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
    return Array.from({ length: BYTES }, (_, byte) => byte).flatMap((byte) => {
      const held = wanted.reduce((some, pieces) => some | allOf(pieces, parts, byte), 0);
      return [0, 1, 2, 3, 4, 5, 6, 7]
        .filter((bit) => held & (1 << bit))
        .map((bit) => first + (8 * byte + bit) * width)
        .map((begin) => ({ first: begin, last: begin + width - 1 }));
    });
  });
  return joined([...ranges, after(mark)], 0);
}

/** In which of eight parts of a stretch all these pieces are, a bit each. */
function allOf(
  pieces: readonly Bits[],
  rows: ReadonlyMap<unknown, Uint8Array>,
  byte: number,
): number {
  let held = 0xff;
  for (const { row, both } of pieces) {
    const parts = rows.get(row);
    for (const each of both) held &= parts?.[each * BYTES + byte] ?? 0;
  }
  return held;
}
