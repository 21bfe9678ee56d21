import { basename, extname } from "node:path";
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

function readerFor(file: string, firstLine: string): { reader: Reader; headed: boolean } {
  for (const format of formats) {
    const found = format.detect(firstLine);
    if (found !== null) return found;
  }
  const shown = firstLine.length > 80 ? `${firstLine.slice(0, 80)}…` : firstLine;
  throw new TraceFileError(
    `${file}:1: no known trace begins like "${shown}". Known are:\n${formats
      .map(({ description }) => `  ${description}`)
      .join("\n")}`,
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
