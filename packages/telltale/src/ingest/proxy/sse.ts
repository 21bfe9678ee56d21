/** A stretch of a block's bytes. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A block of a stream up to and with its blank line: an event, a comment or nothing. */
export interface SseBlock {
  readonly kind: "block";
  readonly raw: Buffer;
  /** `event` field; null when absent. */
  readonly event: string | null;
  /** Where in `raw` the value of each `data` line stands. */
  readonly data: readonly Span[];
}

export type SsePiece =
  | SseBlock
  /** The LF of a CR LF that ended the previous block and was cut off it. */
  | { readonly kind: "tail"; readonly raw: Buffer }
  /** Part of a block over the limit, which is not held; the last of them ends it. */
  | { readonly kind: "oversized"; readonly raw: Buffer; readonly last: boolean };

const CR = 0x0d;
const LF = 0x0a;

/** The block's `data`, its lines joined as the standard says. */
export function dataOf(block: SseBlock): Buffer {
  const [first] = block.data;
  if (first === undefined) return Buffer.alloc(0);
  if (block.data.length === 1) return block.raw.subarray(first.start, first.end);
  const newline = Buffer.from("\n");
  const parts: Buffer[] = [];
  for (const span of block.data) parts.push(block.raw.subarray(span.start, span.end), newline);
  return Buffer.concat(parts.slice(0, -1));
}

/**
 * Cuts a stream of server-sent events into blocks as its bytes arrive. The pieces' bytes, one
 * after the other, are the stream's: nothing is added, lost or decoded before a line is whole, so
 * that UTF-8 cut between two chunks is no case at all. Holds at most `maxBlockBytes`.
 *
 * @see https://html.spec.whatwg.org/multipage/server-sent-events.html#parsing-an-event-stream
 */
export class SseCutter {
  readonly #maxBlockBytes: number;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #lineEmpty = true;
  #afterCr = false;
  #oversized = false;
  #first = true;

  constructor(maxBlockBytes: number) {
    this.#maxBlockBytes = maxBlockBytes;
  }

  feed(chunk: Buffer): SsePiece[] {
    const pieces: SsePiece[] = [];
    if (chunk.length === 0) return pieces;
    let start = 0;
    let i = 0;
    if (this.#afterCr && chunk[0] === LF) {
      i = 1;
      if (this.#heldBytes === 0 && !this.#oversized) {
        pieces.push({ kind: "tail", raw: chunk.subarray(0, 1) });
        start = 1;
      }
    }
    this.#afterCr = false;
    while (i < chunk.length) {
      const byte = chunk[i++];
      if (byte !== LF && byte !== CR) {
        this.#lineEmpty = false;
        continue;
      }
      if (byte === CR) {
        if (i === chunk.length) this.#afterCr = true;
        else if (chunk[i] === LF) i++;
      }
      if (this.#lineEmpty) {
        pieces.push(this.#close(chunk.subarray(start, i)));
        start = i;
      }
      this.#lineEmpty = true;
    }
    if (start < chunk.length) this.#hold(chunk.subarray(start), pieces);
    return pieces;
  }

  /** What is left when the stream ends within a block; standards-minded readers ignore it. */
  end(): SsePiece[] {
    return this.#heldBytes === 0 ? [] : [this.#close(Buffer.alloc(0))];
  }

  #hold(part: Buffer, pieces: SsePiece[]): void {
    this.#oversized ||= this.#heldBytes + part.length > this.#maxBlockBytes;
    if (!this.#oversized) {
      this.#held.push(part);
      this.#heldBytes += part.length;
      return;
    }
    pieces.push({ kind: "oversized", raw: this.#take(part), last: false });
  }

  #close(part: Buffer): SsePiece {
    const oversized = this.#oversized || this.#heldBytes + part.length > this.#maxBlockBytes;
    const raw = this.#take(part);
    this.#oversized = false;
    const first = this.#first;
    this.#first = false;
    return oversized ? { kind: "oversized", raw, last: true } : read(raw, first);
  }

  #take(part: Buffer): Buffer {
    const raw = this.#held.length === 0 ? part : Buffer.concat([...this.#held, part]);
    this.#held = [];
    this.#heldBytes = 0;
    return raw;
  }
}

function read(raw: Buffer, first: boolean): SseBlock {
  const data: Span[] = [];
  let event: string | null = null;
  let at = first && raw[0] === 0xef && raw[1] === 0xbb && raw[2] === 0xbf ? 3 : 0;
  while (at < raw.length) {
    const end = lineEnd(raw, at);
    const colon = raw.subarray(at, end).indexOf(0x3a);
    const nameEnd = colon < 0 ? end : at + colon;
    let valueStart = colon < 0 ? end : nameEnd + 1;
    if (raw[valueStart] === 0x20 && valueStart < end) valueStart++;
    const name = raw.toString("latin1", at, nameEnd);
    if (name === "data") data.push({ start: valueStart, end });
    else if (name === "event") event = raw.toString("utf8", valueStart, end);
    at = end + 1;
  }
  return { kind: "block", raw, event, data };
}

function lineEnd(raw: Buffer, from: number): number {
  let i = from;
  while (i < raw.length && raw[i] !== LF && raw[i] !== CR) i++;
  return i;
}
