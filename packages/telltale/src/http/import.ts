import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as wait } from "node:timers/promises";
import { createGunzip } from "node:zlib";
import { array, number, object, optional, string } from "@telltale/protocol";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { z } from "zod";
import type { RequestEvent } from "../event.ts";
import { StorageError, StorageFullError } from "../history/store.ts";
import { type IngestResult, OverloadedError } from "../intake.ts";
import { parseJson } from "./body.ts";
import { answers, describe } from "./describe.ts";
import { importedEvent } from "./import-event.ts";
import {
  csvRows,
  FileFormError,
  jsonRows,
  ndjsonRows,
  parquetRow,
  type Row,
} from "./import-rows.ts";
import { ProblemError } from "./problem.ts";
import { readQuery } from "./query.ts";
import { createScratch } from "./scratch.ts";
import type { ApiSources } from "./sources.ts";

const FORMATS = ["csv", "json", "ndjson", "parquet"] as const;
type Format = (typeof FORMATS)[number];

const importQuery = z.object({
  format: z.enum(FORMATS).optional().describe("else told by the content type"),
});

/** Events of one commit. */
const BATCH = 1000;
/** Rows that are named as refused; the others are counted. */
const MOST_REJECTED = 100;
const MOST_IGNORED = 50;

interface Rejected {
  readonly line: number;
  readonly error: string;
}

interface Outcome {
  rows: number;
  accepted: number;
  duplicates: number;
  rejected: number;
  readonly rejections: Rejected[];
  readonly ignored: Set<string>;
}

function formatOf(request: FastifyRequest, format: Format | undefined): Format {
  if (format !== undefined) return format;
  const type = (request.headers["content-type"] ?? "").toLowerCase();
  for (const one of ["ndjson", "parquet", "csv", "json"] as const) {
    if (type.includes(one)) return one;
  }
  throw new ProblemError("invalid_query", `format: expected ${FORMATS.join(", ")}`, {
    parameter: "format",
  });
}

function bodyOf(request: FastifyRequest): AsyncIterable<Uint8Array> {
  const encoding = request.headers["content-encoding"]?.trim().toLowerCase() ?? "identity";
  if (encoding === "identity") return request.raw;
  if (encoding === "gzip") return request.raw.pipe(createGunzip());
  throw new ProblemError("unsupported_encoding", "Content-Encoding: expected gzip or none");
}

export function registerImport(app: FastifyInstance, sources: ApiSources): void {
  const { store, intake, limits, now, dataDir } = sources;
  const scratch = createScratch(join(dataDir, "scratch", "in"));
  const parse = (text: string): unknown => parseJson(text, limits);

  /** Repeats of the last day are known to the intake, older ones to the history. */
  async function take(events: readonly RequestEvent[], outcome: Outcome): Promise<void> {
    if (events.length === 0) return;
    const times = events.map(({ created }) => created);
    const [from, to] = [Math.min(...times), Math.max(...times)];
    const known = await store.finishedIds(
      events.map(({ id }) => id),
      from,
      to,
    );
    const fresh = events.filter(({ id }) => !known.has(id));
    const result = await patiently(() => intake.ingest(fresh));
    outcome.accepted += result.accepted;
    outcome.duplicates += result.duplicates + events.length - fresh.length;
  }

  async function takeAll(rows: AsyncIterable<Row>, outcome: Outcome): Promise<void> {
    let batch: RequestEvent[] = [];
    for await (const row of rows) {
      outcome.rows += 1;
      const read = importedEvent(row, now(), outcome.ignored, MOST_IGNORED);
      if ("error" in read) {
        outcome.rejected += 1;
        if (outcome.rejections.length < MOST_REJECTED) {
          outcome.rejections.push({ line: row.line, error: `line ${row.line}: ${read.error}` });
        }
        continue;
      }
      batch.push(read.event);
      if (batch.length < BATCH) continue;
      await take(batch, outcome);
      batch = [];
    }
    await take(batch, outcome);
  }

  async function* parquetRows(body: AsyncIterable<Uint8Array>): AsyncGenerator<Row> {
    const file = await scratch.path("parquet");
    try {
      await pipeline(Readable.from(body), createWriteStream(file, { mode: 0o600 }));
      let line = 0;
      for await (const rows of store.readParquet(file)) {
        for (const row of rows) yield parquetRow(row, ++line, parse);
      }
    } finally {
      await scratch.remove(file);
    }
  }

  void app.register((scope, _options, done) => {
    // The file is read as it comes: it may be larger than memory.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser("*", (_request, _payload, parsed) => parsed(null));
    scope.post(
      "/api/v1/import",
      describe({
        summary: "Bring in a file that was exported",
        tag: "export",
        description:
          "Rows need id, model and created. What is there already counts as a duplicate, so that a file may be sent again.",
        query: importQuery,
        body: {
          "text/csv": { type: "string" },
          "application/json": { type: "array", items: { type: "object" } },
          "application/x-ndjson": { type: "string" },
          "application/vnd.apache.parquet": { type: "string" },
        },
        answers: answers(
          "What became of the rows",
          object({
            rows: number,
            accepted: number,
            duplicates: number,
            rejected: number,
            rejections: array(object({ line: number, error: string })),
            ignored: optional(array(string)),
          }),
        ),
      }),
      async (request) => {
        const format = formatOf(request, readQuery(importQuery, request.query).format);
        const body = bodyOf(request);
        const outcome: Outcome = {
          rows: 0,
          accepted: 0,
          duplicates: 0,
          rejected: 0,
          rejections: [],
          ignored: new Set(),
        };
        const readers = {
          csv: () => csvRows(body, parse),
          json: () => jsonRows(body, parse),
          ndjson: () => ndjsonRows(body, parse),
          parquet: () => parquetRows(body),
        };
        try {
          await takeAll(readers[format](), outcome);
        } catch (error) {
          throw failureOf(error, format, answerOf(outcome));
        }
        return answerOf(outcome);
      },
    );
    done();
  });
}

function answerOf({ ignored, ...outcome }: Outcome): Record<string, unknown> {
  return { ...outcome, ...(ignored.size > 0 && { ignored: [...ignored] }) };
}

/** What was taken before stays, and a repeat of the file finds it. */
function failureOf(error: unknown, format: Format, sofar: Record<string, unknown>): unknown {
  if (error instanceof FileFormError) return new ProblemError("invalid_body", error.message, sofar);
  if (error instanceof StorageFullError) {
    return new ProblemError("storage_full", error.message, sofar);
  }
  // The engine's words for a file that is none may quote it.
  if (
    error instanceof StorageError &&
    format === "parquet" &&
    /parquet|magic/i.test(error.message)
  ) {
    return new ProblemError("invalid_body", "The body is no Parquet file that can be read", sofar);
  }
  if (error instanceof StorageError)
    return new ProblemError("storage_failed", error.message, sofar);
  if (error instanceof Error && "code" in error && /^Z_/.test(String(error.code))) {
    return new ProblemError("invalid_body", "The body is not valid gzip", sofar);
  }
  return error;
}

/** A busy intake is waited for: the file waits with us. */
async function patiently(ingest: () => Promise<IngestResult>): Promise<IngestResult> {
  for (;;) {
    try {
      return await ingest();
    } catch (error) {
      if (!(error instanceof OverloadedError)) throw error;
      await wait(error.retryAfter * 1000);
    }
  }
}
