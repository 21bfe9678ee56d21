const LONGEST_NAME = 512;
const LONGEST_VALUE = 8192;
const MOST_LABELS = 64;

const METRIC_NAME = /[a-zA-Z_:][a-zA-Z0-9_:]*/y;
const LABEL_NAME = /[a-zA-Z_][a-zA-Z0-9_]*/y;
const PLAIN = /[^"\\]*/y;
const WORD = /[^ \t]*/y;
const NUMBER = /[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|inf(?:inity)?|nan)(?=[ \t]|$)/iy;

/** One line of an exposition, read from left to right. */
export class Line {
  readonly #text: string;
  readonly #fault: (column: number, wanted: string) => Error;
  #at = 0;

  constructor(text: string, fault: (column: number, wanted: string) => Error) {
    this.#text = text;
    this.#fault = fault;
  }

  get done(): boolean {
    return this.#at >= this.#text.length;
  }

  get position(): number {
    return this.#at;
  }

  before(position: number): string {
    return this.#text.slice(0, position);
  }

  expected(wanted: string): Error {
    return this.#fault(this.#at + 1, wanted);
  }

  at(character: string): boolean {
    return this.#text.charAt(this.#at) === character;
  }

  skip(character: string): boolean {
    if (!this.at(character)) return false;
    this.#at++;
    return true;
  }

  blanks(): void {
    while (this.at(" ") || this.at("\t")) this.#at++;
  }

  word(): string {
    return this.#match(WORD) ?? "";
  }

  rest(): string {
    const rest = this.#text.slice(this.#at);
    this.#at = this.#text.length;
    return rest;
  }

  metricName(): string {
    return this.#name(METRIC_NAME, "a metric name");
  }

  number(): number {
    const text = this.#match(NUMBER);
    if (text === undefined) throw this.expected("a number");
    if (/nan$/i.test(text)) return Number.NaN;
    if (/inf/i.test(text)) {
      return text.startsWith("-") ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
    }
    return Number(text);
  }

  /** What stands between quotes; the opening one is behind. */
  quoted(): string {
    let text = "";
    for (;;) {
      text += this.#match(PLAIN) ?? "";
      if (text.length > LONGEST_VALUE) throw this.expected(`at most ${LONGEST_VALUE} characters`);
      if (this.skip('"')) return text;
      if (!this.skip("\\") || this.done) throw this.expected("a closing quote");
      const letter = this.#text.charAt(this.#at++);
      // An escape that is none stands for itself, as in Prometheus.
      text += letter === "n" ? "\n" : letter === "\\" || letter === '"' ? letter : `\\${letter}`;
    }
  }

  /**
   * `name="value",…}`; the opening brace is behind. A quoted text without a value is the metric's
   * name, as Prometheus 3 writes names that are not of the old alphabet.
   */
  labels(metric: string): { name: string; labels: Map<string, string> } {
    const labels = new Map<string, string>();
    let name = metric;
    for (;;) {
      this.blanks();
      if (this.skip("}")) return { name, labels };
      const isQuoted = this.skip('"');
      const label = isQuoted ? this.quoted() : this.#name(LABEL_NAME, "a label name");
      this.blanks();
      if (this.skip("=")) {
        this.blanks();
        if (!this.skip('"')) throw this.expected("a quoted label value");
        if (labels.has(label)) throw this.expected("each label once");
        labels.set(label, this.quoted());
        if (labels.size > MOST_LABELS) throw this.expected(`at most ${MOST_LABELS} labels`);
      } else if (isQuoted && name === "") {
        name = label;
      } else {
        throw this.expected("= after a label name");
      }
      this.blanks();
      if (!this.skip(",") && !this.at("}")) throw this.expected(", or }");
    }
  }

  #name(pattern: RegExp, wanted: string): string {
    const name = this.#match(pattern);
    if (name === undefined) throw this.expected(wanted);
    if (name.length > LONGEST_NAME) throw this.expected(`a name of at most ${LONGEST_NAME}`);
    return name;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}
