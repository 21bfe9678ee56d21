import type { FastifyRequest } from "fastify";
import type { Limits } from "../access/limits.ts";
import { StorageError, StorageFullError } from "../history/store.ts";
import { type Reports, ReportsError } from "../ingest/reports.ts";
import { type IngestResult, OverloadedError } from "../intake.ts";
import { inflateBody } from "./body.ts";
import { ProblemError } from "./problem.ts";

/** @throws {ProblemError} 413, 415 or 400, as {@link inflateBody} */
export async function bodyOf(request: FastifyRequest, limits: Limits): Promise<Buffer> {
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  return inflateBody(body, request.headers["content-encoding"], limits);
}

/** What `read` gives. @throws {ProblemError} 400 when nothing of the body can be read */
export function readable<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof ReportsError) throw new ProblemError("invalid_body", error.message);
    throw error;
  }
}

/** The answer to a body of reports. @throws {ProblemError} 400 when all of it was wrong */
export function answerOf(result: IngestResult, { events, rejected, ignored }: Reports): object {
  if (events.length === 0 && rejected.length > 0) {
    const first = rejected[0];
    throw new ProblemError(
      "invalid_events",
      `${rejected.length === 1 ? "The event is" : `All ${rejected.length} events are`} wrong; first: ${first?.error}`,
      { ...result, rejected },
    );
  }
  return { ...result, rejected, ...(ignored.size > 0 ? { ignored: [...ignored] } : {}) };
}

/** Waits for `storing`. @throws {ProblemError} 503 when it was refused */
export async function stored<T>(storing: Promise<T>): Promise<T> {
  try {
    return await storing;
  } catch (error) {
    if (error instanceof OverloadedError) {
      throw refusal("overloaded", "Send the same events again later", error.retryAfter);
    }
    if (error instanceof StorageFullError) {
      const what = "Nothing of this body was kept; send it again when there is room";
      throw refusal("storage_full", what, 30);
    }
    if (error instanceof StorageError) {
      throw refusal("storage_failed", "Nothing of this body was kept; send it again", 5);
    }
    throw error;
  }
}

/** @param after s */
function refusal(
  code: "overloaded" | "storage_full" | "storage_failed",
  detail: string,
  after: number,
): ProblemError {
  return new ProblemError(code, detail, {}, { "retry-after": String(after) });
}
