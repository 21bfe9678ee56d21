import {
  array,
  type Infer,
  nullable,
  number,
  object,
  type SeriesGroup,
  type SeriesMetric,
  string,
  validate,
} from "@telltale/protocol";

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

const answerSchema = object({
  step_ms: number,
  series: array(object({ group: nullable(string), points: array(array(number)) })),
});

const problemSchema = object({ detail: string });

function fits<S extends Parameters<typeof validate>[0]>(
  schema: S,
  value: unknown,
): value is Infer<S> {
  return validate(schema, value) === undefined;
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
  let content: unknown;
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
  if (!response.ok) {
    const detail = fits(problemSchema, content) ? content.detail : response.statusText;
    throw new Error(`${where} answered ${response.status}: ${detail}`);
  }
  if (!fits(answerSchema, content)) {
    throw new Error(`What ${where} answered is no series: set baseUrl to a Telltale server`);
  }
  const series = content.series.map(({ group, points }) => ({
    group,
    points: points.map(([time = 0, value = 0]) => [time, value] as const),
  }));
  return { series, stepMs: content.step_ms };
}
