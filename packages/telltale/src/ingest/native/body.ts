import { cut, limits, type RequestEvent } from "../../event.ts";
import { readNativeEvent, unknownFields } from "./event.ts";

export interface Rejected {
  /** Place in the array, or among the lines that are not blank; from 0. */
  readonly index: number;
  readonly error: string;
  /** The field that is wrong; empty when the whole item is. */
  readonly path: string;
  /** Line of an NDJSON body, from 1. */
  readonly line?: number;
}

export interface NativeBody {
  readonly events: RequestEvent[];
  readonly rejected: Rejected[];
  /** Names of fields that mean nothing here, each once. */
  readonly ignored: Set<string>;
}

/** Names that are told; more would only repeat somebody's schema. */
const MOST_IGNORED = 20;

/** A body that is neither JSON nor NDJSON. */
export class NativeBodyError extends Error {
  override readonly name = "NativeBodyError";
}

/**
 * Reads the body of `POST /ingest/requests`: an object, an array of objects, or NDJSON. The content
 * type is not asked, because many clients state a wrong one. What is wrong is named and left out,
 * what is right is kept.
 *
 * @param parse JSON within the server's limits; throws SyntaxError
 * @throws {NativeBodyError} when nothing of it can be read
 */
export function readNativeBody(
  text: string,
  parse: (text: string) => unknown,
  now: number,
): NativeBody {
  const trimmed = text.replace(/^\uFEFF/, "").trim();
  if (trimmed === "") {
    throw new NativeBodyError("The body is empty; expected a JSON object, an array or NDJSON");
  }
  let whole: unknown;
  try {
    whole = parse(trimmed);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const lines = trimmed.split("\n");
    if (trimmed.startsWith("[") || lines.length === 1) {
      throw new NativeBodyError(`The body is ${error.message}`);
    }
    return readLines(lines, parse, now);
  }
  const items = Array.isArray(whole) ? whole : [whole];
  const body: NativeBody = { events: [], rejected: [], ignored: new Set() };
  items.forEach((item, index) => {
    take(body, item, index, undefined, now);
  });
  return body;
}

function readLines(
  lines: readonly string[],
  parse: (text: string) => unknown,
  now: number,
): NativeBody {
  const body: NativeBody = { events: [], rejected: [], ignored: new Set() };
  let index = 0;
  lines.forEach((raw, at) => {
    const text = raw.trim();
    if (text === "") return;
    const line = at + 1;
    try {
      take(body, parse(text), index, line, now);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      // Within one line the column is what helps; the line is known better here.
      const where = error.message.replace(/ at line 1,/, " at");
      body.rejected.push({ index, line, path: "", error: `line ${line}: ${where}` });
    }
    index++;
  });
  return body;
}

function take(
  body: NativeBody,
  item: unknown,
  index: number,
  line: number | undefined,
  now: number,
): void {
  const read = readNativeEvent(item, now);
  if ("event" in read) {
    for (const name of unknownFields(item)) {
      if (body.ignored.size < MOST_IGNORED) body.ignored.add(cut(name, limits.label));
    }
    body.events.push(read.event);
    return;
  }
  const { path, error } = read.refusal;
  body.rejected.push(
    line === undefined
      ? { index, path, error }
      : { index, line, path, error: `line ${line}: ${error}` },
  );
}
