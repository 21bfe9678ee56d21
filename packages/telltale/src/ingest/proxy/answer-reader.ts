import type { Dialect } from "./endpoint.ts";
import { readBody, readEvent } from "./read-answer.ts";
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

/** Events over `maxEventBytes` pass unread. */
export function streamReader(
  reading: Reading,
  dialect: Dialect,
  maxEventBytes: number,
): AnswerReader {
  const cutter = new SseCutter(maxEventBytes);
  return {
    feed: (bytes) => cutter.feed(bytes),
    rest: () => cutter.end(),
    read(pieces) {
      for (const piece of pieces) if (piece.kind === "block") readEvent(reading, dialect, piece);
    },
    complete() {},
  };
}

/** A body over `maxBytes` passes unread. */
export function bodyReader(
  reading: Reading,
  dialect: Dialect,
  status: number,
  maxBytes: number,
): AnswerReader {
  let held: Buffer[] | null = [];
  let length = 0;
  return {
    feed(bytes) {
      length += bytes.length;
      if (length > maxBytes) held = null;
      held?.push(bytes);
      return [];
    },
    rest: () => [],
    read() {},
    complete: () => readBody(reading, dialect, status, Buffer.concat(held ?? [])),
  };
}
