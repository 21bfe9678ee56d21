import { type Reports, readReports } from "../reports.ts";
import { readNativeEvent } from "./event.ts";

/**
 * Reads the body of `POST /ingest/requests`: an object, an array of objects, or NDJSON.
 *
 * @param parse JSON within the server's limits; throws SyntaxError
 * @throws {ReportsError} when nothing of it can be read
 */
export function readNativeBody(
  text: string,
  parse: (text: string) => unknown,
  now: number,
): Reports {
  return readReports(text, parse, (item) => readNativeEvent(item, now));
}
