import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { resolve } from "node:path";
import { Transform, type Writable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { request } from "undici";
import { connectFailure } from "./connect-failure.ts";
import { UsageError } from "./options.ts";
import { printable } from "./printable.ts";
import { createProgress, type Notes } from "./progress.ts";
import { queryParameter } from "./query-flag.ts";
import { serverAddress } from "./server-address.ts";
import { keyHeaders } from "./server-key.ts";
import { stopSignal } from "./stop-signal.ts";

export interface ExportFlags {
  readonly url?: string;
  readonly key?: string;
  readonly format?: string;
  readonly output?: string;
  readonly from?: string;
  readonly to?: string;
  readonly columns?: string;
}

const FORMATS = ["csv", "json", "ndjson", "parquet"];

/** What an export works with, so that it can be tried without a process. */
export interface ExportSurroundings {
  readonly out: Writable & { readonly isTTY?: boolean };
  readonly notes: Notes;
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => number;
  readonly signal: AbortSignal;
}

/** Saves requests of a server as a file. */
export async function exportRequests(words: readonly string[], flags: ExportFlags): Promise<void> {
  const controller = new AbortController();
  void stopSignal().then(() => controller.abort());
  await runExport(words, flags, {
    out: process.stdout,
    notes: process.stderr,
    env: process.env,
    now: Date.now,
    signal: controller.signal,
  });
}

/** @throws {UsageError} and when the server does not answer, refuses, or stops halfway. */
export async function runExport(
  words: readonly string[],
  flags: ExportFlags,
  { out, notes, env, now, signal }: ExportSurroundings,
): Promise<void> {
  const format = formatOf(flags);
  if (format === "parquet" && flags.output === undefined && out.isTTY) {
    throw new UsageError("Parquet is not for terminals; name a file with --output");
  }
  const base = serverAddress(flags.url, env);
  const parameters = new URLSearchParams({ format });
  const given = {
    q: queryParameter(words),
    from: flags.from,
    to: flags.to,
    columns: flags.columns,
  };
  for (const [name, value] of Object.entries(given)) {
    if (value !== undefined) parameters.set(name, value);
  }
  const answer = await request(`${base}/api/v1/export?${parameters}`, {
    signal,
    headers: keyHeaders(flags.key, env),
    // Parquet is made as a whole before its first byte.
    headersTimeout: 0,
    bodyTimeout: 0,
  }).catch((error: unknown) => {
    if (!(error instanceof Error) || signal.aborted) throw error;
    const { reason, advice } = connectFailure(error);
    throw new Error(`cannot reach ${base}: ${reason}; ${advice}`);
  });
  if (answer.statusCode !== 200) {
    const problem: unknown = await answer.body.json().catch(() => null);
    const detail = isProblem(problem) ? problem.detail : "no reason given";
    const said = `${base} answered ${answer.statusCode}: ${printable(detail)}`;
    throw answer.statusCode === 400 ? new UsageError(said) : new Error(said);
  }
  const total = Number(answer.headers["x-total-count"] ?? 0);
  const size = Number(answer.headers["content-length"] ?? 0);
  const progress = createProgress(notes, size > 0 ? "bytes" : "requests", now);
  const counter = format === "parquet" ? bytes() : rows(format);
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      progress.at(counter(chunk), size > 0 ? size : total);
      done(null, chunk);
    },
  });
  if (flags.output === undefined) {
    await pipeline(answer.body, meter, out, { end: false });
  } else {
    const file = resolve(flags.output);
    const part = `${file}.part`;
    try {
      await pipeline(answer.body, meter, createWriteStream(part));
      await rename(part, file);
    } catch (error) {
      await rm(part, { force: true });
      throw error;
    }
  }
  const where = flags.output === undefined ? "" : ` to ${flags.output}`;
  progress.end(`Exported ${total} requests${where}`);
}

/** By the flag, or by the name of the file. */
function formatOf({ format, output }: ExportFlags): string {
  const extension = /\.(\w+)$/.exec(output ?? "")?.[1]?.toLowerCase() ?? "";
  const wanted = format ?? (FORMATS.includes(extension) ? extension : "csv");
  if (FORMATS.includes(wanted)) return wanted;
  throw new UsageError(`--format ${wanted}: expected ${FORMATS.join(", ")}`);
}

function bytes(): (chunk: Buffer) => number {
  let count = 0;
  return (chunk) => {
    count += chunk.length;
    return count;
  };
}

const QUOTE = 0x22;
const LINE_END = 0x0a;

/** Line ends, those in quotes of CSV left out; the line of names is not a request. */
function rows(format: string): (chunk: Buffer) => number {
  let count = format === "csv" ? -1 : 0;
  let quoted = false;
  return (chunk) => {
    for (const byte of chunk) {
      if (byte === QUOTE && format === "csv") quoted = !quoted;
      else if (byte === LINE_END && !quoted) count += 1;
    }
    return Math.max(0, count);
  };
}

function isProblem(value: unknown): value is { readonly detail: string } {
  return (
    typeof value === "object" &&
    value !== null &&
    "detail" in value &&
    typeof value.detail === "string"
  );
}
