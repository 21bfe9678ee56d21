import type { Env } from "@telltale/client";
import { apiBase, seriesQuery } from "./address.ts";
import type { HistoryOptions } from "./options.ts";
import type { HistorySeries } from "./series.ts";

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
 * Asks `GET /api/v1/series` (docs/api.md).
 *
 * @throws an `Error` that says what to do; what went wrong beneath is its `cause`.
 */
export async function fetchHistory(
  options: HistoryOptions,
  streamUrl: string,
  env: Env,
  signal: AbortSignal,
): Promise<HistoryAnswer> {
  const base = options.baseUrl?.replace(/\/$/, "") ?? apiBase(streamUrl, env.base());
  const url = `${base}/api/v1/series?${seriesQuery(options)}`;
  const fetch = env.fetch();
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
