import type { Dialect } from "./endpoint.ts";
import { Ends } from "./ends.ts";
import { LineCutter } from "./lines.ts";
import { readBody, readEvent } from "./read-answer.ts";
import { readLarge } from "./read-large.ts";
import type { Reading } from "./reading.ts";
import { SseCutter, type SsePiece } from "./sse.ts";

/** Reads an answer for accounting while its bytes pass, in bounded memory. */
export interface AnswerReader {
  /** The bytes as pieces of a stream; none for a body that is read as a whole. */
  feed(bytes: Buffer): SsePiece[];
  /** What of a stream was held back when it ended. */
  rest(): SsePiece[];
  read(pieces: readonly SsePiece[]): void;
  /** The answer came whole. */
  complete(): void;
}

/** Of events over `maxEventBytes` only the ends are read. */
export function streamReader(
  reading: Reading,
  dialect: Dialect,
  maxEventBytes: number,
): AnswerReader {
  const cutter =
    dialect === "ollama" ? new LineCutter(maxEventBytes) : new SseCutter(maxEventBytes);
  let large: Ends | null = null;
  return {
    feed: (bytes) => cutter.feed(bytes),
    rest: () => cutter.end(),
    read(pieces) {
      for (const piece of pieces) {
        if (piece.kind === "block") readEvent(reading, dialect, piece);
        if (piece.kind !== "oversized") continue;
        large ??= new Ends();
        large.feed(piece.raw);
        if (!piece.last) continue;
        readLarge(reading, dialect, large);
        large = null;
      }
    },
    complete() {},
  };
}

/** Of a body over `maxBytes` only the ends are read. */
export function bodyReader(
  reading: Reading,
  dialect: Dialect,
  status: number,
  maxBytes: number,
): AnswerReader {
  let held: Buffer[] | null = [];
  let large: Ends | null = null;
  let length = 0;
  return {
    feed(bytes) {
      length += bytes.length;
      if (length > maxBytes && large === null) {
        large = new Ends();
        for (const before of held ?? []) large.feed(before);
        held = null;
      }
      held?.push(bytes);
      large?.feed(bytes);
      return [];
    },
    rest: () => [],
    read() {},
    complete() {
      if (large !== null && status < 300) readLarge(reading, dialect, large);
      else readBody(reading, dialect, status, Buffer.concat(held ?? []));
    },
  };
}
