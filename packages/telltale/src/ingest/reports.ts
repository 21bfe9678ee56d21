import { cut, limits, type RequestEvent } from "../event.ts";

export interface Rejected {
  /** Place in the array, or among the lines that are not blank; from 0. */
  readonly index: number;
  readonly error: string;
  /** The field that is wrong; empty when the whole item is. */
  readonly path: string;
  /** Line of an NDJSON body, from 1. */
  readonly line?: number;
}

/** Why a report was refused, in one sentence, and which field. */
export interface Refusal {
  readonly error: string;
  readonly path: string;
}

/** One report: its event, or why there is none; null when it tells of no call of a model. */
export type Read =
  | { readonly event: RequestEvent; readonly ignored?: Iterable<string> }
  | { readonly refusal: Refusal };

export interface Reports {
  readonly events: RequestEvent[];
  readonly rejected: Rejected[];
  /** Names of fields that mean nothing here, each once. */
  readonly ignored: Set<string>;
}

/** Names that are told; more would only repeat somebody's schema. */
const mostIgnored = 20;

/** A body that is neither JSON nor NDJSON. */
export class ReportsError extends Error {
  override readonly name = "ReportsError";
}

/**
 * Reads a body of reports: an object, an array of objects, or NDJSON. The content type is not
 * asked, because many clients state a wrong one. What is wrong is named and left out, what is right
 * is kept.
 *
 * @param parse JSON within the server's limits; throws SyntaxError
 * @param read one report; null for one that is no call of a model, which is neither kept nor wrong
 * @throws {ReportsError} when nothing of it can be read
 */
export function readReports(
  text: string,
  parse: (text: string) => unknown,
  read: (value: unknown) => Read | null,
): Reports {
  const trimmed = text.replace(/^\uFEFF/, "").trim();
  if (trimmed === "") {
    throw new ReportsError("The body is empty; expected a JSON object, an array or NDJSON");
  }
  const reports: Reports = { events: [], rejected: [], ignored: new Set() };
  let whole: unknown;
  try {
    whole = parse(trimmed);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const lines = trimmed.split("\n");
    if (trimmed.startsWith("[") || lines.length === 1) {
      throw new ReportsError(`The body is ${error.message}`);
    }
    readLines(reports, lines, parse, read);
    return reports;
  }
  const items = Array.isArray(whole) ? whole : [whole];
  items.forEach((item, index) => {
    take(reports, read(item), { index });
  });
  return reports;
}

function readLines(
  reports: Reports,
  lines: readonly string[],
  parse: (text: string) => unknown,
  read: (value: unknown) => Read | null,
): void {
  let index = 0;
  lines.forEach((raw, at) => {
    const text = raw.trim();
    if (text === "") return;
    const line = at + 1;
    try {
      take(reports, read(parse(text)), { index, line });
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      // Within one line the column is what helps; the line is known better here.
      const where = error.message.replace(/ at line 1,/, " at");
      reports.rejected.push({ index, line, path: "", error: `line ${line}: ${where}` });
    }
    index++;
  });
}

interface Place {
  readonly index: number;
  readonly line?: number;
}

function take(reports: Reports, read: Read | null, place: Place): void {
  if (read === null) return;
  if ("event" in read) {
    for (const name of read.ignored ?? []) {
      if (reports.ignored.size < mostIgnored) reports.ignored.add(cut(name, limits.label));
    }
    reports.events.push(read.event);
    return;
  }
  const { path, error } = read.refusal;
  const where = place.line === undefined ? "" : `line ${place.line}: `;
  reports.rejected.push({ ...place, path, error: where + error });
}
