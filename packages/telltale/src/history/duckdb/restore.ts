import type { DuckDBConnection } from "@duckdb/node-api";
import type { HourCost, ModelTotals, Restored, RestoreOptions } from "../store.ts";
import { type Columns, decode, selected } from "./row.ts";
import { select } from "./select.ts";

/** `Restored` with its rows still in columns. */
export interface RestoredRows {
  readonly totals: readonly ModelTotals[];
  readonly window: Columns;
  readonly recent: Columns;
  readonly failed: Columns;
  readonly inProgress: Columns;
  /** `id` and `stored_at`. */
  readonly ids: Columns;
  readonly costs: readonly HourCost[];
}

const hour = 3_600_000;

async function totals(connection: DuckDBConnection): Promise<ModelTotals[]> {
  const rows = await select(
    connection,
    `SELECT model, provider,
       count(*) AS requests,
       count_if(status = 'error') AS errors,
       sum(input_tokens + cache_read_tokens + cache_write_tokens)::DOUBLE AS prompt,
       sum(output_tokens)::DOUBLE AS completion,
       sum(cache_read_tokens)::DOUBLE AS cached,
       sum(reasoning_tokens)::DOUBLE AS reasoning,
       sum(cost) AS cost,
       sum(latency_ms) AS latency,
       count_if(input_tokens IS NULL) AS unknown_usage,
       count_if(cost IS NULL) AS unknown_cost
     FROM requests GROUP BY model, provider ORDER BY model, provider`,
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
      promptTokens: sum("prompt"),
      completionTokens: sum("completion"),
      cachedTokens: sum("cached"),
      reasoningTokens: sum("reasoning"),
      cost: sum("cost"),
      latencyMs: sum("latency"),
      unknownUsage: sum("unknown_usage"),
      unknownCost: sum("unknown_cost"),
    };
  });
}

async function costs(connection: DuckDBConnection, from: number): Promise<HourCost[]> {
  const rows = await select(
    connection,
    `SELECT floor(created / ${hour}) * ${hour} AS start, model, service, sum(cost) AS cost
     FROM requests WHERE created >= $from AND cost IS NOT NULL
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
  const rows = async (sql: string, values: Record<string, number> = {}): Promise<Columns> =>
    (await select(connection, sql, values)).columns;
  const newest = `ORDER BY created DESC, seq DESC LIMIT ${Math.max(0, Math.trunc(options.recent))}`;
  return {
    totals: await totals(connection),
    window: await rows(
      `SELECT ${selected} FROM requests WHERE created + coalesce(latency_ms, 0) > $from
       ORDER BY created + coalesce(latency_ms, 0), seq`,
      { from: options.windowFrom },
    ),
    recent: await rows(`SELECT ${selected} FROM requests ${newest}`),
    failed: await rows(`SELECT ${selected} FROM requests WHERE status = 'error' ${newest}`),
    inProgress: await rows(`SELECT ${selected} FROM in_progress ORDER BY created, seq`),
    ids: await rows("SELECT id, stored_at FROM requests WHERE stored_at > $from", {
      from: options.idsFrom,
    }),
    costs: await costs(connection, options.costsFrom),
  };
}

export function decodeRestored(rows: RestoredRows): Restored {
  const [ids = [], storedAt = []] = rows.ids;
  return {
    totals: rows.totals,
    window: decode(rows.window),
    recent: decode(rows.recent),
    failed: decode(rows.failed),
    inProgress: decode(rows.inProgress),
    ids: ids.map((id, i) => ({ id: String(id), storedAt: Number(storedAt[i]) })),
    costs: rows.costs,
  };
}
