import { createReadStream } from "node:fs";
import { TraceFileError } from "./trace-error.ts";

export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
}

/** A file without line ends is no trace, and must not fill the memory. */
const longestLine = 4 * 1024 * 1024;

/**
 * The lines of a UTF-8 file, one at a time, without their ends (LF or CRLF) and without a byte
 * order mark; blank ones are left out.
 *
 * @throws {TraceFileError} when the file cannot be read or a line has no end.
 */
export async function* linesOf(file: string): AsyncGenerator<Line> {
  let rest = "";
  let number = 0;
  const line = (text: string): Line | null => {
    number += 1;
    const bare = (number === 1 ? text.replace(/^\uFEFF/, "") : text).replace(/\r$/, "");
    return bare.trim() === "" ? null : { number, text: bare };
  };
  try {
    for await (const chunk of createReadStream(file, { encoding: "utf8" })) {
      const parts = (rest + String(chunk)).split("\n");
      rest = parts.pop() ?? "";
      if (rest.length > longestLine) {
        throw new TraceFileError(
          `${file}:${number + parts.length + 1}: the line is longer than 4 MiB`,
        );
      }
      for (const part of parts) {
        const found = line(part);
        if (found !== null) yield found;
      }
    }
  } catch (error) {
    if (error instanceof TraceFileError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new TraceFileError(`${file} cannot be read: ${reason}`, { cause: error });
  }
  const last = line(rest);
  if (last !== null) yield last;
}
