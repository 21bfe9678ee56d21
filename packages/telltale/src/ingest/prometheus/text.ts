import { Line } from "./line.ts";

/** One value of one series. */
export interface Sample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  /** May be NaN or infinite. */
  readonly value: number;
  /** Unix ms, where the page states one. */
  readonly timestamp: number | undefined;
}

/** A page of metrics as it was read. */
export interface Exposition {
  readonly samples: readonly Sample[];
  /** `# TYPE` by name as it is written there, which in OpenMetrics is without `_total`. */
  readonly types: ReadonlyMap<string, string>;
  readonly help: ReadonlyMap<string, string>;
}

/** The text is no exposition. The message has the line, the column and what was expected, and nothing of the text. */
export class ExpositionError extends Error {
  override readonly name = "ExpositionError";
}

const MOST_SAMPLES = 200_000;
const LONGEST_LINE = 65_536;
/** Characters read before others get a turn: some ten milliseconds. */
const STEP = 131_072;
const TYPES = new Set([
  "counter",
  "gauge",
  "histogram",
  "summary",
  "untyped",
  "unknown",
  "info",
  "stateset",
  "gaugehistogram",
]);

/**
 * Reads the Prometheus text format 0.0.4 and OpenMetrics 1.0, quoted UTF-8 names included
 * (https://prometheus.io/docs/instrumenting/exposition_formats/,
 * https://prometheus.io/docs/specs/om/open_metrics_spec/). The two differ in the unit of timestamps
 * only as far as matters here: a page that ends with `# EOF` is OpenMetrics.
 *
 * Like Prometheus it takes a page whole or not at all; of a series that stands twice the first counts.
 *
 * @throws {ExpositionError}
 */
export function parseExposition(text: string): Exposition {
  const reading = readExposition(text);
  for (;;) {
    const step = reading.next();
    if (step.done) return step.value;
  }
}

/** The same in steps of some milliseconds, so that a large page keeps nobody waiting. */
export function* readExposition(text: string): Generator<void, Exposition> {
  const samples: Sample[] = [];
  const types = new Map<string, string>();
  const help = new Map<string, string>();
  const open = /\n?# EOF\r?\n?$/.test(text.slice(-16));
  const seen = new Set<string>();
  let stepped = 0;
  let number = 0;
  let ended = false;
  for (let from = 0; from < text.length; ) {
    let to = text.indexOf("\n", from);
    if (to < 0) to = text.length;
    number++;
    const end = text.charCodeAt(to - 1) === 13 ? to - 1 : to;
    if (end - from > LONGEST_LINE) throw fault(number, 1, `a line of at most ${LONGEST_LINE}`);
    const line = new Line(text.slice(from, end), (column, wanted) => fault(number, column, wanted));
    from = to + 1;
    line.blanks();
    if (line.done) continue;
    if (ended) throw fault(number, 1, "nothing after # EOF");
    if (line.skip("#")) ended = comment(line, types, help);
    else {
      const found = sample(line, open);
      const series = line.before(found.end);
      if (!seen.has(series)) samples.push(found.sample);
      seen.add(series);
    }
    if (samples.length > MOST_SAMPLES) {
      throw fault(number, 1, `at most ${MOST_SAMPLES} samples on a page`);
    }
    if (from - stepped > STEP) {
      stepped = from;
      yield;
    }
  }
  return { samples, types, help };
}

function fault(line: number, column: number, wanted: string): ExpositionError {
  return new ExpositionError(`line ${line}, column ${column}: expected ${wanted}`);
}

/** True at the end of an OpenMetrics page. */
function comment(line: Line, types: Map<string, string>, help: Map<string, string>): boolean {
  line.blanks();
  const word = line.word();
  if (word === "EOF") return true;
  if (word !== "TYPE" && word !== "HELP") return false;
  line.blanks();
  const name = line.skip('"') ? line.quoted() : line.metricName();
  line.blanks();
  if (word === "HELP") {
    if (!help.has(name)) help.set(name, unescaped(line.rest()));
    return false;
  }
  const type = line.word().toLowerCase();
  if (!TYPES.has(type)) throw line.expected("a metric type such as counter or gauge");
  if (!types.has(name)) types.set(name, type);
  line.blanks();
  if (!line.done) throw line.expected("the end of the line");
  return false;
}

/** A sample, and where in its line the series ends and the value begins. */
function sample(line: Line, open: boolean): { sample: Sample; end: number } {
  let name = line.at('"') || line.at("{") ? "" : line.metricName();
  line.blanks();
  let labels: ReadonlyMap<string, string> = NONE;
  if (line.skip("{")) ({ name, labels } = line.labels(name));
  if (name === "") throw line.expected("a metric name");
  const end = line.position;
  line.blanks();
  const value = line.number();
  let timestamp: number | undefined;
  line.blanks();
  if (!line.done && !line.at("#")) {
    const stated = line.number();
    timestamp = open ? stated * 1000 : stated;
    if (!Number.isFinite(timestamp)) throw line.expected("a finite timestamp");
    line.blanks();
  }
  if (line.skip("#")) exemplar(line);
  if (!line.done) throw line.expected("the end of the line");
  return { sample: { name, labels, value, timestamp }, end };
}

const NONE: ReadonlyMap<string, string> = new Map();

/** An example of a request behind a count: read, and not used. */
function exemplar(line: Line): void {
  line.blanks();
  if (!line.skip("{")) throw line.expected("an exemplar's labels");
  line.labels("exemplar");
  line.blanks();
  line.number();
  line.blanks();
  if (!line.done) line.number();
  line.blanks();
}

function unescaped(text: string): string {
  return text.replace(/\\([\\n"])/g, (_, letter: string) => (letter === "n" ? "\n" : letter));
}
