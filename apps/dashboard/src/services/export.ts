import { problemIn, query, RestError } from "./rest.ts";

export const exportFormats = [
  { format: "csv", name: "CSV", about: "for spreadsheets" },
  { format: "json", name: "JSON", about: "one array" },
  { format: "ndjson", name: "NDJSON", about: "a line each" },
  { format: "parquet", name: "Parquet", about: "for analysis" },
] as const;

export type ExportFormat = (typeof exportFormats)[number]["format"];

export interface ExportProgress {
  readonly bytes: number;
  /** 0..1; undefined where it can not be told. */
  readonly share: number | undefined;
  /** Requests that the file will hold. */
  readonly total: number | undefined;
}

export interface ExportQuestion {
  readonly format: ExportFormat;
  /** In the filter language. */
  readonly q: string;
  /** Unix ms. */
  readonly from: number | undefined;
  readonly to: number | undefined;
}

const LINE_FEED = 10;

function linesIn(chunk: Uint8Array): number {
  let lines = 0;
  for (const byte of chunk) if (byte === LINE_FEED) lines += 1;
  return lines;
}

const headerNumber = (answer: Response, name: string): number | undefined => {
  const value = answer.headers.get(name);
  return value === null ? undefined : Number(value);
};

/**
 * Fetches finished requests as a file and tells how far it is.
 *
 * @throws {RestError} with the server's words; what `signal` throws when it is called off.
 */
export async function exportRequests(
  { format, q, from, to }: ExportQuestion,
  signal: AbortSignal,
  onProgress: (progress: ExportProgress) => void,
): Promise<{
  readonly name: string;
  readonly content: Blob;
  /** Requests in it, where it can be told. */
  readonly total: number | undefined;
}> {
  const answer = await fetch(`/api/v1/export?${query({ format, q, from, to })}`, { signal });
  if (!answer.ok || !answer.body) {
    const body: unknown = await answer.json().catch(() => undefined);
    throw new RestError(answer.status, problemIn(body) ?? `The server answered ${answer.status}.`);
  }
  const total = headerNumber(answer, "x-total-count");
  const size = headerNumber(answer, "content-length");
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  let lines = 0;
  const reader = answer.body.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    parts.push(read.value);
    bytes += read.value.byteLength;
    lines += linesIn(read.value);
    const share = size ? bytes / size : total ? Math.min(1, lines / total) : undefined;
    onProgress({ bytes, share, total });
  }
  const named = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") ?? "");
  return {
    name: named?.[1] ?? `telltale-requests.${format}`,
    content: new Blob(parts, { type: answer.headers.get("content-type") ?? "" }),
    total,
  };
}
