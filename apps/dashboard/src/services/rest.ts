import type { RequestUpdate, SeriesGroup } from "@telltale/protocol";
import { noteAnswer } from "./rest-health.ts";

/** An answer that is not the asked-for data, in the words of the server where it gave any. */
export class RestError extends Error {
  override readonly name = "RestError";
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** The part of the body that was wrong, such as `windows.0.long`. */
  readonly path: string | undefined;

  constructor(status: number, message: string, path?: string) {
    super(message);
    this.status = status;
    this.path = path;
  }
}

/** @throws {RestError} */
export async function get(path: string, signal?: AbortSignal): Promise<unknown> {
  let answer: Response;
  try {
    answer = await fetch(path, { headers: { accept: "application/json" }, signal: signal ?? null });
  } catch (error) {
    if (signal?.aborted) throw error;
    noteAnswer(0, "The server did not answer.");
    throw new RestError(0, "The server did not answer.");
  }
  const body: unknown = await answer.json().catch(() => undefined);
  const message = problemIn(body) ?? inWords(answer.status);
  noteAnswer(answer.status, message);
  if (answer.ok && body !== undefined) return body;
  throw new RestError(answer.status, message);
}

function inWords(status: number): string {
  if (status === 401) return "It asks you to sign in (401).";
  if (status === 403) return "It was refused (403).";
  return `The server answered ${status}.`;
}

/** The sentence in RFC 9457 problem details. */
export function problemIn(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null) return undefined;
  if ("detail" in body && typeof body.detail === "string") return body.detail;
  if ("title" in body && typeof body.title === "string") return body.title;
  return undefined;
}

export function query(values: Readonly<Record<string, string | number | undefined>>): string {
  const params = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value !== undefined && value !== "") params.set(name, String(value));
  }
  return params.toString();
}

export interface Series {
  readonly group: string | null;
  /** `[start of the step in Unix ms, value]`; empty steps are left out. */
  readonly points: readonly (readonly [number, number])[];
}

export interface SeriesQuestion {
  readonly metric: string;
  /** Unix ms. */
  readonly from: number;
  readonly to: number;
  /** ms. */
  readonly step: number;
  readonly group?: SeriesGroup | undefined;
  /** In the filter language. */
  readonly q?: string | undefined;
}

export async function fetchSeries(
  { metric, from, to, step, group, q }: SeriesQuestion,
  signal: AbortSignal,
): Promise<readonly Series[]> {
  const search = query({ metric, from, to, step, group_by: group, q });
  const answer = (await get(`/api/v1/series?${search}`, signal)) as { series: Series[] };
  return answer.series;
}

export interface RequestsQuestion {
  /** In the filter language. */
  readonly q?: string | undefined;
  /** Unix ms. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

export interface RequestsPage {
  /** Newest first. */
  readonly requests: readonly RequestUpdate[];
  readonly next_cursor: string | null;
}

export async function fetchRequests(
  question: RequestsQuestion & { limit: number; cursor?: string | undefined },
  signal: AbortSignal,
): Promise<RequestsPage> {
  return (await get(`/api/v1/requests?${query({ ...question })}`, signal)) as RequestsPage;
}

export async function fetchRequest(id: string, signal: AbortSignal): Promise<RequestUpdate> {
  return (await get(`/api/v1/requests/${encodeURIComponent(id)}`, signal)) as RequestUpdate;
}
