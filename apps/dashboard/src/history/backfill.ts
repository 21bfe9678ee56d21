import { fetchSeries, type Series } from "../services/rest.ts";
import {
  ALL,
  BAR_STEP_MS,
  KEPT_MS,
  type LiveHistory,
  PERCENTILE_STEP_MS,
  RATE_WINDOW_MS,
} from "./live-history.ts";
import { stepOf } from "./steps.ts";

const SECOND_MS = 1_000;

type Sums = readonly (readonly [number, number])[];

/** The mean per second over the ten seconds before each whole second: what a live rate is. */
export function trailingRate(sums: Sums, from: number, to: number): [number, number][] {
  const bySecond = new Map(sums);
  const rates: [number, number][] = [];
  let sum = 0;
  const start = stepOf(from, SECOND_MS);
  for (let t = start - RATE_WINDOW_MS; t < start; t += SECOND_MS) sum += bySecond.get(t) ?? 0;
  for (let t = start; t < to; t += SECOND_MS) {
    rates.push([t, Math.max(0, sum) / (RATE_WINDOW_MS / SECOND_MS)]);
    sum += (bySecond.get(t) ?? 0) - (bySecond.get(t - RATE_WINDOW_MS) ?? 0);
  }
  return rates;
}

/** When the data begin, Unix ms: lines start there, not with zeros before it. */
function firstOf(series: readonly Series[]): number | undefined {
  const starts = series.flatMap(({ points }) => points[0]?.[0] ?? []);
  return starts.length > 0 ? Math.min(...starts) : undefined;
}

const whole = (series: readonly Series[]): Sums => series[0]?.points ?? [];
const byGroup = (series: readonly Series[]): { group: string; points: Sums }[] =>
  series.map(({ group, points }) => ({ group: group ?? ALL, points }));

/**
 * Fills `history` for the time before `joined`, when the stream's first tick arrived: the whole steps
 * at once, and the step that was running then when asked again to `complete` it, once it is over. `since` is where the last
 * connection ended; nothing older is asked for again.
 */
export async function backfill(
  history: LiveHistory,
  joined: number,
  since: number | undefined,
  complete: boolean,
  signal: AbortSignal,
): Promise<void> {
  const oldest = joined - KEPT_MS;
  const from = stepOf(Math.max(oldest, since ?? oldest) - PERCENTILE_STEP_MS, PERCENTILE_STEP_MS);
  const to = stepOf(joined, PERCENTILE_STEP_MS) + (complete ? PERCENTILE_STEP_MS : 0);
  const ask = (metric: string, step: number, group?: "model"): Promise<readonly Series[]> =>
    fetchSeries({ metric, from, to, step, group }, signal);
  const perSecond = (metric: string): Promise<readonly Series[]> =>
    fetchSeries({ metric, from: from - RATE_WINDOW_MS, to: joined, step: SECOND_MS }, signal);

  const [requests, tokens, errors, cost, byModel] = await Promise.all([
    perSecond("requests"),
    perSecond("tokens"),
    ask("errors", BAR_STEP_MS),
    ask("cost", BAR_STEP_MS),
    ask("requests", PERCENTILE_STEP_MS, "model"),
  ]);
  // After an outage there were data before it, even if none came since.
  const begin = since === undefined ? Math.max(from, firstOf(requests) ?? joined) : from;
  history.requestRate.fill(from, joined, trailingRate(whole(requests), begin, joined));
  history.tokenRate.fill(from, joined, trailingRate(whole(tokens), begin, joined));
  history.errors.fill(stepOf(begin, BAR_STEP_MS), to, [{ group: ALL, points: whole(errors) }]);
  history.cost.fill(stepOf(begin, BAR_STEP_MS), to, [{ group: ALL, points: whole(cost) }]);
  history.requestsByModel.fill(stepOf(begin, PERCENTILE_STEP_MS), to, byGroup(byModel));
  history.notify(true);

  const percentiles = [
    [history.latency, "p50_latency_ms", 0.5],
    [history.latency, "p95_latency_ms", 0.95],
    [history.latency, "p99_latency_ms", 0.99],
    [history.ttft, "p50_ttft_ms", 0.5],
    [history.ttft, "p95_ttft_ms", 0.95],
    [history.ttft, "p99_ttft_ms", 0.99],
  ] as const;
  const [byModelP95] = await Promise.all([
    ask("p95_latency_ms", PERCENTILE_STEP_MS, "model"),
    ...percentiles.map(async ([samples, metric, p]) => {
      samples.fill(ALL, p, from, to, whole(await ask(metric, PERCENTILE_STEP_MS)));
    }),
  ]);
  for (const { group, points } of byGroup(byModelP95)) {
    history.latency.fill(group, 0.95, from, to, points);
  }
  history.notify(true);
}
