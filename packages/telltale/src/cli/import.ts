import { createReadStream } from "node:fs";
import { stat } from "node:fs/promises";
import { resolve } from "node:path";
import { Transform } from "node:stream";
import { request } from "undici";
import { connectFailure } from "./connect-failure.ts";
import { UsageError } from "./options.ts";
import { printable } from "./printable.ts";
import { createProgress, type Notes } from "./progress.ts";
import { serverAddress } from "./server-address.ts";
import { keyHeaders } from "./server-key.ts";

export interface ImportFlags {
  readonly url?: string;
  readonly key?: string;
  readonly format?: string;
}

export interface ImportSurroundings {
  readonly notes: Notes;
  readonly env: NodeJS.ProcessEnv;
  readonly now: () => number;
}

const FORMATS = ["csv", "json", "ndjson", "parquet"];
const otherNames: Readonly<Record<string, string>> = { jsonl: "ndjson", pq: "parquet" };

/** Sends a file of requests to a server; exit code 1 when rows of it were refused. */
export async function importRequests(file: string, flags: ImportFlags): Promise<number> {
  return runImport(file, flags, { notes: process.stderr, env: process.env, now: Date.now });
}

/** @throws {UsageError} and when the server does not answer or refuses the file. */
export async function runImport(
  file: string,
  flags: ImportFlags,
  { notes, env, now }: ImportSurroundings,
): Promise<number> {
  const path = resolve(file);
  const size = await stat(path).then(
    (found) => (found.isFile() ? found.size : undefined),
    () => undefined,
  );
  if (size === undefined) throw new UsageError(`There is no file ${path}`);
  const format = formatOf(file, flags.format);
  const base = serverAddress(flags.url, env);
  const progress = createProgress(notes, "bytes", now);
  let sent = 0;
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sent += chunk.length;
      progress.at(sent, size);
      done(null, chunk);
    },
  });
  const packed = /\.gz$/i.test(file);
  const answer = await request(`${base}/api/v1/import?format=${format}`, {
    method: "POST",
    headers: {
      ...keyHeaders(flags.key, env),
      "content-type": "application/octet-stream",
      ...(packed && { "content-encoding": "gzip" }),
    },
    body: createReadStream(path).pipe(meter),
    // The answer comes when all is stored.
    headersTimeout: 0,
    bodyTimeout: 0,
  }).catch((error: unknown) => {
    if (!(error instanceof Error)) throw error;
    const { reason, advice } = connectFailure(error);
    throw new Error(`cannot reach ${base}: ${reason}; ${advice}`);
  });
  const outcome: unknown = await answer.body.json().catch(() => null);
  const { accepted, duplicates, rejected } = countsOf(outcome);
  for (const line of rejectionsOf(outcome)) progress.end(`telltale: ${printable(line)}`);
  if (answer.statusCode !== 200) {
    const detail = textOf(outcome, "detail") ?? "no reason given";
    throw new Error(
      `${base} answered ${answer.statusCode}: ${printable(detail)}${accepted > 0 ? `; ${accepted} requests were taken before` : ""}`,
    );
  }
  progress.end(
    `Imported ${accepted} requests; ${duplicates} were there already, ${rejected} were refused`,
  );
  return rejected > 0 ? 1 : 0;
}

function formatOf(file: string, format: string | undefined): string {
  const extension = /\.(\w+)(?:\.gz)?$/i.exec(file)?.[1]?.toLowerCase() ?? "";
  const wanted = format ?? otherNames[extension] ?? extension;
  if (FORMATS.includes(wanted)) return wanted;
  throw new UsageError(
    `${format === undefined ? `The name of ${file} does not tell what it is; --format` : `--format ${format}`}: expected ${FORMATS.join(", ")}`,
  );
}

function valueOfName(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}

function textOf(value: unknown, name: string): string | undefined {
  const text = valueOfName(value, name);
  return typeof text === "string" ? text : undefined;
}

function countsOf(value: unknown): { accepted: number; duplicates: number; rejected: number } {
  const count = (name: string): number => Number(valueOfName(value, name) ?? 0);
  return {
    accepted: count("accepted"),
    duplicates: count("duplicates"),
    rejected: count("rejected"),
  };
}

function rejectionsOf(value: unknown): string[] {
  const list = valueOfName(value, "rejections");
  return Array.isArray(list) ? list.flatMap((one) => textOf(one, "error") ?? []) : [];
}
