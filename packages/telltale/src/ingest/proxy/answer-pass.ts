import { type AnswerReader, bodyReader, streamReader } from "./answer-reader.ts";
import { type Decoder, decoderFor } from "./content-encoding.ts";
import type { Dialect } from "./endpoint.ts";
import type { Answer } from "./exchange.ts";
import { type HeaderLines, headerOf } from "./headers.ts";
import type { Added } from "./include-usage.ts";
import type { Reading } from "./reading.ts";
import type { Relay } from "./relay.ts";
import type { SsePiece } from "./sse.ts";
import { UsageStripper } from "./usage-strip.ts";

export interface PassOptions {
  readonly relay: Relay;
  readonly answer: Answer;
  readonly dialect: Dialect;
  readonly reading: Reading;
  /** The caller asked for a stream. */
  readonly streaming: boolean;
  /** What to take out of a stream again. */
  readonly added: Added | null;
  readonly maxAnswerBytes: number;
  readonly maxEventBytes: number;
  /** More may come. */
  ready(): void;
  /** More was read. */
  grew(): void;
  /** Accounting gave up on this answer; the caller gets it all the same. */
  unread(reason: string): void;
}

/**
 * The way of one answer: its bytes go to the caller as they come, and decoded to the reader. Only
 * a stream that `include_usage` was added to is edited on the way, and then decoded for the caller
 * too.
 */
export class AnswerPass {
  readonly #options: PassOptions;
  readonly #reader: AnswerReader;
  readonly #decoder: Decoder | null;
  readonly #stripper: UsageStripper | null;
  /** Chunks that the decoder has not finished with. */
  #decoding = 0;
  #readable = true;

  constructor(options: PassOptions) {
    const { answer, dialect, reading } = options;
    this.#options = options;
    const stream = isStream(answer, options.streaming, dialect);
    this.#reader = stream
      ? streamReader(reading, dialect, options.maxEventBytes)
      : bodyReader(reading, dialect, answer.status, options.maxAnswerBytes);
    const encoding = headerOf(answer.headers, "content-encoding");
    this.#decoder = decoderFor(
      encoding,
      (bytes) => this.#plain(this.#reader.feed(bytes)),
      () => this.#giveUp(`its encoding ${encoding} is broken`),
    );
    if (this.#decoder === null) this.#giveUp(`its encoding ${encoding} is unknown`);
    const edited = stream && options.added !== null && this.#decoder !== null;
    this.#stripper = edited && options.added !== null ? new UsageStripper(options.added) : null;
    options.relay.begin(answer, edited ? ["content-length", "content-encoding"] : []);
  }

  /** False when no more must come until `ready`. */
  pass(chunk: Buffer): boolean {
    if (this.#stripper === null) this.#options.relay.write(chunk);
    this.#decoding++;
    this.#decoder?.write(chunk, () => {
      this.#decoding--;
      if (this.idle) this.#options.ready();
    });
    if (this.#decoder === null) this.#decoding--;
    return this.idle;
  }

  get idle(): boolean {
    return this.#decoding === 0 && !this.#options.relay.blocked;
  }

  /** The upstream ended the answer. `done` is called once it is read. */
  end(trailers: HeaderLines, done: () => void): void {
    if (this.#stripper === null) this.#options.relay.end(trailers);
    this.#drain(() => {
      if (this.#stripper !== null) this.#options.relay.end(trailers);
      this.#attempt(() => this.#reader.complete());
      done();
    });
  }

  /** The upstream broke off. `done` is called once what came is read. */
  cut(done: () => void): void {
    if (this.#stripper === null) this.#options.relay.cut();
    this.#drain(() => {
      if (this.#stripper !== null) this.#options.relay.cut();
      done();
    });
  }

  #drain(then: () => void): void {
    const rest = (): void => {
      this.#plain(this.#reader.rest());
      then();
    };
    if (this.#decoder === null) rest();
    else this.#decoder.end(rest);
  }

  #plain(pieces: readonly SsePiece[]): void {
    const stripper = this.#stripper;
    if (stripper !== null) {
      this.#options.relay.write(Buffer.concat(pieces.map((piece) => stripper.strip(piece))));
    }
    this.#attempt(() => this.#reader.read(pieces));
    this.#options.grew();
  }

  /** Whatever accounting cannot cope with must not reach the caller. */
  #attempt(read: () => void): void {
    if (!this.#readable) return;
    try {
      read();
    } catch (error) {
      this.#giveUp(error instanceof Error ? `${error.name} while reading it` : "it is unreadable");
    }
  }

  #giveUp(reason: string): void {
    this.#readable = false;
    this.#options.unread(reason);
  }
}

/** Some servers mislabel their streams, but none calls one JSON. */
function isStream(answer: Answer, streaming: boolean, dialect: Dialect): boolean {
  const type = headerOf(answer.headers, "content-type")?.toLowerCase() ?? "";
  if (dialect === "ollama") return type.includes("ndjson");
  return type.includes("event-stream") || (streaming && answer.status < 300 && !/json/.test(type));
}
