import type { SeriesGroup, SeriesMetric } from "@telltale/protocol";

/** What the server keeps per step. Counts and sums are per step, `error_rate` is 0..1, cost US dollars. */
export type HistoryMetric = SeriesMetric;

/** What a history can be split by. */
export type HistoryGroup = SeriesGroup;

/** A point in time: Unix ms, RFC 3339, or a `Date`. */
export type HistoryTime = number | string | Date;

/** One line of a history. */
export interface HistorySeries {
  /** The value of `groupBy`; null without it, and for requests that have none. */
  readonly group: string | null;
  /** Start of the step (Unix ms) and value, oldest first; steps without data are left out. */
  readonly points: readonly (readonly [time: number, value: number])[];
}

/** What the server answers, as far as it is read. */
export interface HistoryAnswer {
  readonly series: readonly HistorySeries[];
  readonly stepMs: number;
}

interface Content {
  readonly detail?: unknown;
  readonly step_ms?: unknown;
  readonly series?: unknown;
}

function isPoint(value: unknown): value is readonly [number, number] {
  return Array.isArray(value) && value.length > 1 && value.every(Number.isFinite);
}

function isSeries(value: unknown): value is HistorySeries {
  const { group, points } = (value ?? {}) as Partial<Record<keyof HistorySeries, unknown>>;
  const grouped = group === null || typeof group === "string";
  return grouped && Array.isArray(points) && points.every(isPoint);
}

/**
 * Where the REST interface of a stream is: `ws://h/x/metrics/stream` → `http://h/x`, any other
 * path → the origin.
 *
 * @throws when the address is relative and there is nothing for it to be relative to.
 */
export function apiBase(streamUrl: string, base: string | undefined): string {
  // Text, because the URL of React Native cannot be changed.
  const address = new URL(streamUrl, base).href.replace(/^ws/, "http").replace(/[?#].*/, "");
  const [origin = address] = /^https?:\/\/[^/]+/.exec(address) ?? [];
  return /^(.*)\/metrics\/stream\/?$/.exec(address)?.[1] ?? origin;
}

/**
 * Asks `GET /api/v1/series` (docs/api.md).
 *
 * @throws an `Error` that says what to do; what went wrong beneath is its `cause`.
 */
export async function fetchSeries(
  url: string,
  signal: AbortSignal,
  fetch: typeof globalThis.fetch | undefined,
): Promise<HistoryAnswer> {
  const where = url.replace(/\?.*/, "");
  let response: Response;
  let content: Content | null | undefined;
  try {
    if (!fetch) throw new Error("there is no fetch here");
    response = await fetch(url, { signal, headers: { accept: "application/json" } });
    content = await response.json().catch(() => undefined);
  } catch (cause) {
    throw new Error(`Cannot reach ${where}: ${cause instanceof Error ? cause.message : cause}`, {
      cause,
    });
  }
  if (response.status === 404) {
    throw new Error(
      `No history at ${where} (404): this backend keeps none, or set baseUrl to one that does`,
    );
  }
  const { detail, step_ms, series }: Content = content ?? {};
  if (!response.ok) {
    const said = typeof detail === "string" ? detail : response.statusText;
    throw new Error(`${where} answered ${response.status}: ${said}`);
  }
  if (typeof step_ms !== "number" || !Array.isArray(series) || !series.every(isSeries)) {
    throw new Error(`What ${where} answered is no series: set baseUrl to a Telltale server`);
  }
  return { series, stepMs: step_ms };
}
