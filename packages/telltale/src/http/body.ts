import { promisify } from "node:util";
import { gunzip, inflate } from "node:zlib";
import { exceedsDepth, isDeeper, type Limits } from "../access/limits.ts";
import { Queue } from "../queue.ts";
import { ProblemError } from "./problem.ts";

/** Batches of spans that share a long system prompt compress well: the ratio is judged above this. */
const RATIO_FROM = 8 * 1024 * 1024;
/** Above this, bodies are inflated one after the other, so that a thousand bombs take the space of one. */
const ALONE_FROM = 1024 * 1024;
/** A longer text (UTF-16 units) could take much memory, nested deeply, before it is found out. */
const LONG = 256 * 1024;

const large = new Queue();

/**
 * The body without its content encoding.
 *
 * @throws {ProblemError} 413 when it inflates beyond the limits, 415 for encodings other than gzip
 *   and deflate, 400 when it is not what its encoding says.
 */
export async function inflateBody(
  body: Buffer,
  encoding: string | undefined,
  limits: Limits,
): Promise<Buffer> {
  const name = encoding?.trim().toLowerCase() ?? "identity";
  if (name === "identity" || name === "") return body;
  if (name !== "gzip" && name !== "x-gzip" && name !== "deflate") {
    throw new ProblemError(
      "unsupported_encoding",
      "There is another Content-Encoding; expected gzip, deflate or none",
    );
  }
  const most = Math.min(
    limits.maxInflatedBytes,
    Math.max(RATIO_FROM, body.length * limits.maxInflateRatio),
  );
  const decompress = promisify(name === "deflate" ? inflate : gunzip);
  const upTo = (maxOutputLength: number): Promise<Buffer> => decompress(body, { maxOutputLength });
  try {
    return await upTo(Math.min(most, ALONE_FROM)).catch((error: unknown) => {
      if (most <= ALONE_FROM || !(error instanceof RangeError)) throw error;
      return large.run(() => upTo(most));
    });
  } catch (error) {
    if (error instanceof RangeError) {
      throw new ProblemError(
        "body_too_large",
        `The ${name} body of ${body.length} bytes inflates to more than ${most} bytes; send smaller batches`,
      );
    }
    throw new ProblemError(
      "invalid_body",
      `The body is not valid ${name}: it is damaged or cut short`,
    );
  }
}

/**
 * Parses JSON.
 *
 * @throws {SyntaxError} with the position when it is not JSON, or is nested too deeply.
 */
export function parseJson(text: string, limits: Limits): unknown {
  const { maxJsonDepth } = limits;
  const long = text.length > LONG;
  if (long && exceedsDepth(text, maxJsonDepth)) throw tooDeep(maxJsonDepth);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(positionOf(error, text));
  }
  if (!long && isDeeper(value, maxJsonDepth)) throw tooDeep(maxJsonDepth);
  return value;
}

function tooDeep(most: number): SyntaxError {
  return new SyntaxError(`nested more than ${most} deep`);
}

/** Says where, never what: the text may hold what must not be repeated. */
function positionOf(error: unknown, text: string): string {
  const message = error instanceof Error ? error.message : "";
  const position = /position (\d+)/.exec(message)?.[1];
  if (position === undefined) {
    return /end of JSON/.test(message) ? "not valid JSON: it ends too early" : "not valid JSON";
  }
  const before = text.slice(0, Number(position));
  const line = before.split("\n").length;
  const column = before.length - before.lastIndexOf("\n");
  return `not valid JSON at line ${line}, column ${column}`;
}
