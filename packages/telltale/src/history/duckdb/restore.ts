import type { DuckDBConnection } from "@duckdb/node-api";
import type { HourCost, ModelTotals, Restored, RestoreOptions } from "../store.ts";
import { apart, mergedColumns, sumColumns } from "./levels.ts";
import { marks } from "./rollup.ts";
import { decode, endColumn, eventColumn, type Rows } from "./row.ts";
import { select } from "./select.ts";
import { snapshot } from "./snapshot.ts";

/** `Restored` with its rows still encoded. */
export interface RestoredRows {
  readonly totals: readonly ModelTotals[];
  readonly window: Rows;
  readonly recent: Rows;
  readonly failed: Rows;
  readonly inProgress: Rows;
  readonly costs: readonly HourCost[];
}

const hour = 3_600_000;

async function totals(connection: DuckDBConnection): Promise<ModelTotals[]> {
  const rows = await select(
    connection,
    `SELECT model, provider, coalesce(sum(requests) FILTER (status = 'error'), 0) AS errors, ${mergedColumns}
     FROM (
       SELECT * EXCLUDE (${apart}) FROM rollup_hour
       UNION ALL BY NAME FROM forgotten
       UNION ALL BY NAME SELECT model, provider, status, ${sumColumns} FROM requests
         WHERE seq > ${(await marks(connection)).hour} GROUP BY model, provider, status)
     GROUP BY model, provider ORDER BY model, provider`,
    {},
  );
  return Array.from({ length: rows.length }, (_, i) => {
    const sum = (name: string): number => Number(rows.cell(name, i) ?? 0);
    const provider = rows.cell("provider", i);
    return {
      model: String(rows.cell("model", i)),
      provider: provider === null ? null : String(provider),
      requests: sum("requests"),
      errors: sum("errors"),
      promptTokens: sum("prompt_tokens"),
      completionTokens: sum("completion_tokens"),
      cachedTokens: sum("cached_tokens"),
      reasoningTokens: sum("reasoning_tokens"),
      cost: sum("cost"),
      latencyMs: sum("latency_ms"),
      unknownUsage: sum("unknown_usage"),
      unknownCost: sum("unknown_cost"),
    };
  });
}

async function costs(connection: DuckDBConnection, from: number): Promise<HourCost[]> {
  const rows = await select(
    connection,
    `SELECT floor(${endColumn} / ${hour}) * ${hour} AS start, model, service, sum(cost) AS cost
     FROM requests WHERE stored_at >= $from AND ${endColumn} >= $from AND cost IS NOT NULL
     GROUP BY ALL ORDER BY ALL`,
    { from },
  );
  return Array.from({ length: rows.length }, (_, i) => {
    const service = rows.cell("service", i);
    return {
      hour: Number(rows.cell("start", i)),
      model: String(rows.cell("model", i)),
      service: service === null ? null : String(service),
      cost: Number(rows.cell("cost", i)),
    };
  });
}

export async function restore(
  connection: DuckDBConnection,
  options: RestoreOptions,
): Promise<RestoredRows> {
  // One snapshot: the sums and what has come since must speak of the same moment.
  return snapshot(connection, () => restoreAll(connection, options));
}

async function restoreAll(
  connection: DuckDBConnection,
  options: RestoreOptions,
): Promise<RestoredRows> {
  const rows = async (condition: string, values: Record<string, number> = {}): Promise<Rows> =>
    (await select(connection, `SELECT ${eventColumn} FROM ${condition}`, values)).texts("event");
  const newest = `ORDER BY created DESC, seq DESC LIMIT ${Math.max(0, Math.trunc(options.recent))}`;
  return {
    totals: await totals(connection),
    window: await rows(
      `requests WHERE stored_at > $from AND ${endColumn} > $from ORDER BY ${endColumn}, seq`,
      {
        from: options.windowFrom,
      },
    ),
    recent: await rows(`requests WHERE seq IN (SELECT seq FROM requests ${newest}) ${newest}`),
    failed: await rows(
      `requests WHERE seq IN (SELECT seq FROM requests WHERE status = 'error' ${newest}) ${newest}`,
    ),
    inProgress: await rows("in_progress ORDER BY created, seq"),
    costs: await costs(connection, options.costsFrom),
  };
}

export function decodeRestored(rows: RestoredRows): Restored {
  return {
    totals: rows.totals,
    window: decode(rows.window),
    recent: decode(rows.recent),
    failed: decode(rows.failed),
    inProgress: decode(rows.inProgress),
    costs: rows.costs,
  };
}
