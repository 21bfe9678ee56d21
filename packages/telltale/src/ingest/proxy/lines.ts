import type { SsePiece } from "./sse.ts";

const LF = 0x0a;

/** Cuts a stream of JSON lines into one piece each. Holds at most `maxLineBytes`. */
export class LineCutter {
  readonly #maxLineBytes: number;
  #held: Buffer[] = [];
  #heldBytes = 0;
  #oversized = false;

  constructor(maxLineBytes: number) {
    this.#maxLineBytes = maxLineBytes;
  }

  feed(chunk: Buffer): SsePiece[] {
    const pieces: SsePiece[] = [];
    let start = 0;
    for (let at = chunk.indexOf(LF); at >= 0; at = chunk.indexOf(LF, start)) {
      pieces.push(this.#close(chunk.subarray(start, at + 1)));
      start = at + 1;
    }
    if (start < chunk.length) this.#hold(chunk.subarray(start), pieces);
    return pieces;
  }

  end(): SsePiece[] {
    return this.#heldBytes === 0 && !this.#oversized ? [] : [this.#close(Buffer.alloc(0))];
  }

  #hold(part: Buffer, pieces: SsePiece[]): void {
    this.#held.push(part);
    this.#heldBytes += part.length;
    this.#oversized ||= this.#heldBytes > this.#maxLineBytes;
    if (this.#oversized) pieces.push({ kind: "oversized", raw: this.#take(), last: false });
  }

  #close(part: Buffer): SsePiece {
    this.#held.push(part);
    this.#heldBytes += part.length;
    const oversized = this.#oversized || this.#heldBytes > this.#maxLineBytes;
    this.#oversized = false;
    const raw = this.#take();
    if (oversized) return { kind: "oversized", raw, last: true };
    return { kind: "block", raw, event: null, data: [{ start: 0, end: raw.length }] };
  }

  #take(): Buffer {
    const raw = Buffer.concat(this.#held);
    this.#held = [];
    this.#heldBytes = 0;
    return raw;
  }
}
