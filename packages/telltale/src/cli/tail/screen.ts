import type { Paint, Style } from "./line.ts";

/** What is used of a stream to write to. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

const codes: Readonly<Record<Style, string>> = { good: "32", warn: "33", bad: "31", dim: "2" };
const eraseLine = "\r\x1b[2K";

/** Where a terminal ends when nobody knows: wide enough for every column. */
const unbounded = 160;

/**
 * Lines that stay, notes for the person on the other stream, and, on a terminal, a last line that
 * is rewritten below them.
 */
export class Screen {
  readonly #out: Output;
  readonly #notes: Output;
  readonly #live: boolean;
  readonly #colour: boolean;
  #status = "";

  constructor(out: Output, notes: Output, env: NodeJS.ProcessEnv) {
    this.#out = out;
    this.#notes = notes;
    this.#live = out.isTTY === true && env["TERM"] !== "dumb";
    // https://no-color.org: set and not empty.
    this.#colour = this.#live && !env["NO_COLOR"];
  }

  /** Whether there is a last line to rewrite. */
  get live(): boolean {
    return this.#live;
  }

  get width(): number {
    return this.#out.isTTY ? (this.#out.columns ?? 80) : unbounded;
  }

  readonly paint: Paint = (style, text) =>
    this.#colour && text !== "" ? `\x1b[${codes[style]}m${text}\x1b[0m` : text;

  line(text: string): void {
    this.#erase();
    this.#out.write(`${text}\n`);
    this.#show();
  }

  note(text: string): void {
    this.#erase();
    this.#notes.write(`${text}\n`);
    this.#show();
  }

  status(text: string): void {
    if (!this.#live || text === this.#status) return;
    this.#erase();
    this.#status = text;
    this.#show();
  }

  /** Leaves the terminal as it was found. */
  end(): void {
    this.#erase();
    this.#status = "";
  }

  #erase(): void {
    if (this.#status !== "") this.#out.write(eraseLine);
  }

  #show(): void {
    if (this.#status !== "") this.#out.write(this.paint("dim", this.#status));
  }
}
