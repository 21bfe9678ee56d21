import type { DuckDBConnection } from "@duckdb/node-api";
import type { EndedQuery, EndedRequest, Standing } from "../store/playback.ts";
import type { HourCost, ModelTotals } from "../store.ts";
import { apart, mergedColumns, sumColumns } from "./levels.ts";
import { marks } from "./rollup.ts";
import { decodeInTurns, endColumn, eventColumn, type Rows } from "./row.ts";
import { type Selection, select } from "./select.ts";
import { snapshot } from "./snapshot.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

/** `Standing` with its rows still encoded. */
export interface StandingRows {
  readonly totals: readonly ModelTotals[];
  readonly recent: Rows;
  readonly failed: Rows;
  readonly costs: readonly HourCost[];
}

/** `EndedRequest`s with their events still encoded. */
export interface EndedRows {
  readonly rows: Rows;
  readonly ended: readonly number[];
  readonly seq: readonly number[];
}

const text = (rows: Selection, name: string, row: number): string | null => {
  const cell = rows.cell(name, row);
  return cell === null ? null : String(cell);
};

/** Whole hours from their sums, the hour that ran from its requests. */
async function totals(connection: DuckDBConnection, at: number): Promise<ModelTotals[]> {
  const hour = Math.floor(at / HOUR) * HOUR;
  const summed = (condition: string): string =>
    `SELECT model, provider, status, ${sumColumns} FROM requests WHERE ${condition} GROUP BY model, provider, status`;
  const rows = await select(
    connection,
    `SELECT model, provider, coalesce(sum(requests) FILTER (status = 'error'), 0) AS errors, ${mergedColumns}
     FROM (
       SELECT * EXCLUDE (${apart}) FROM rollup_hour WHERE start < $hour
       UNION ALL BY NAME FROM forgotten
       UNION ALL BY NAME ${summed(`seq > ${(await marks(connection)).hour} AND ${endColumn} < $hour`)}
       UNION ALL BY NAME ${summed(`stored_at >= $hour AND ${endColumn} >= $hour AND ${endColumn} < $at`)})
     GROUP BY model, provider HAVING sum(requests) > 0 ORDER BY model, provider`,
    { hour, at },
  );
  return Array.from({ length: rows.length }, (_, i) => {
    const sum = (name: string): number => Number(rows.cell(name, i) ?? 0);
    return {
      model: String(rows.cell("model", i)),
      provider: text(rows, "provider", i),
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

async function costs(connection: DuckDBConnection, at: number): Promise<HourCost[]> {
  // The hour that the day begins in counts whole, as it does live.
  const from = Math.floor((at - DAY) / HOUR) * HOUR;
  const rows = await select(
    connection,
    `SELECT min(${endColumn}) AS start, model, service, sum(cost) AS cost
     FROM requests
     WHERE stored_at >= $from AND ${endColumn} >= $from AND ${endColumn} < $at AND cost IS NOT NULL
     GROUP BY floor(${endColumn} / ${HOUR}), model, service ORDER BY ALL`,
    { from, at },
  );
  const found = Array.from({ length: rows.length }, (_, i) => ({
    hour: Number(rows.cell("start", i)),
    model: String(rows.cell("model", i)),
    service: text(rows, "service", i),
    cost: Number(rows.cell("cost", i)),
  }));
  const earlier = await select(
    connection,
    `SELECT min(start) AS start FROM (
       SELECT min(start)::DOUBLE AS start FROM rollup_hour WHERE cost IS NOT NULL AND start < $from
       UNION ALL SELECT 0 FROM forgotten WHERE cost IS NOT NULL
       UNION ALL SELECT min(${endColumn}) FROM requests
         WHERE seq > ${(await marks(connection)).hour} AND cost IS NOT NULL AND ${endColumn} < $from)`,
    { from },
  );
  const first = earlier.cell("start", 0);
  if (first === null) return found;
  return [{ hour: Number(first), model: "", service: null, cost: 0 }, ...found];
}

export async function standing(
  connection: DuckDBConnection,
  at: number,
  recent: number,
): Promise<StandingRows> {
  const newest = async (condition: string): Promise<Rows> => {
    const order = `ORDER BY ${endColumn} DESC, seq DESC LIMIT ${Math.max(0, Math.trunc(recent))}`;
    const sql = `SELECT ${eventColumn} FROM requests
      WHERE seq IN (SELECT seq FROM requests WHERE ${endColumn} < $at ${condition} ${order}) ${order}`;
    return (await select(connection, sql, { at })).texts("event");
  };
  return snapshot(connection, async () => ({
    totals: await totals(connection, at),
    recent: await newest(""),
    failed: await newest("AND status = 'error'"),
    costs: await costs(connection, at),
  }));
}

export async function ended(
  connection: DuckDBConnection,
  { from, to, limit, after }: EndedQuery,
): Promise<EndedRows> {
  const beyond =
    after === undefined
      ? ""
      : `AND (${endColumn} > $from OR (${endColumn} = $from AND seq > ${Math.trunc(after.seq)}))`;
  // Which rows first, and their other columns after. Nothing ended after it was stored.
  const found = await select(
    connection,
    `SELECT ${eventColumn}, ${endColumn} AS ended, seq::DOUBLE AS seq FROM requests
     WHERE seq IN (
       SELECT seq FROM requests
       WHERE stored_at >= $from AND ${endColumn} >= $from AND ${endColumn} < $to ${beyond}
       ORDER BY ${endColumn}, seq LIMIT ${Math.max(1, Math.trunc(limit))})
     ORDER BY ended, seq`,
    { from: after?.ended ?? from, to },
  );
  const column = (name: string): number[] =>
    Array.from({ length: found.length }, (_, i) => Number(found.cell(name, i)));
  return { rows: found.texts("event"), ended: column("ended"), seq: column("seq") };
}

export async function decodeStanding(rows: StandingRows): Promise<Standing> {
  const { totals, costs } = rows;
  const recent = await decodeInTurns(rows.recent);
  return { totals, costs, recent, failed: await decodeInTurns(rows.failed) };
}

export async function decodeEnded({ rows, ended, seq }: EndedRows): Promise<EndedRequest[]> {
  return (await decodeInTurns(rows)).map((event, i) => ({
    event,
    ended: ended[i] ?? 0,
    seq: seq[i] ?? 0,
  }));
}
