import { basename, extname } from "node:path";
import { printable } from "../printable.ts";
import { csvFormats } from "./csv-formats.ts";
import { FieldError, type Reader, type TraceRequest } from "./format.ts";
import { jsonFormats } from "./json-formats.ts";
import { linesOf } from "./lines.ts";
import { TraceError, TraceFileError } from "./trace-error.ts";

export interface TraceLine {
  /** From 1. */
  readonly line: number;
  readonly request: TraceRequest;
}

const formats = [...csvFormats, ...jsonFormats];

/** An export as CSV, JSON or Parquet. */
const otherExport = /^id,created,|^\[\{|^PAR1/;
const fromOtherExport =
  "It looks like another export of Telltale's: bring it in with telltale import, or play one made with --format ndjson";

function readerFor(file: string, firstLine: string): { reader: Reader; headed: boolean } {
  for (const format of formats) {
    const found = format.detect(firstLine);
    if (found !== null) return found;
  }
  const shown = firstLine.length > 80 ? `${firstLine.slice(0, 80)}…` : firstLine;
  const known = formats.map(({ description }) => `  ${description}`).join("\n");
  const other = otherExport.test(firstLine) ? `\n${fromOtherExport}` : "";
  throw new TraceFileError(
    `${file}:1: no known trace begins like "${printable(shown)}". Known are:\n${known}${other}`,
  );
}

/** A trace without model names is of one model: the one it is named after. */
export function modelOf(file: string): string {
  return basename(file, extname(file));
}

/**
 * The requests of a trace, in the order of its lines, read as they are asked for. A line that
 * cannot be read is handed to `onSkip` and left out.
 *
 * @throws {TraceFileError} when the file cannot be read or is of no known format.
 */
export async function* readTrace(
  file: string,
  onSkip: (error: TraceError) => void,
): AsyncGenerator<TraceLine> {
  let reader: Reader | null = null;
  for await (const { number, text } of linesOf(file)) {
    if (reader === null) {
      const found = readerFor(file, text);
      reader = found.reader;
      if (found.headed) continue;
    }
    try {
      yield { line: number, request: reader(text) };
    } catch (error) {
      if (!(error instanceof FieldError)) throw error;
      onSkip(new TraceError(file, number, error.column, error.message));
    }
  }
  if (reader === null) throw new TraceFileError(`${file} is empty`);
}
