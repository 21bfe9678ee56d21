import { printable } from "../printable.ts";

/** A line of a trace that cannot be played: where it stands, and what was expected there. */
export class TraceError extends Error {
  override readonly name = "TraceError";
  readonly line: number;

  constructor(file: string, line: number, column: string | null, problem: string) {
    super(`${file}:${line}: ${column === null ? "" : `${column}: `}${printable(problem)}`);
    this.line = line;
  }
}

/** A file that cannot be played at all. */
export class TraceFileError extends Error {
  override readonly name = "TraceFileError";
}
