import { evaluate, nothing } from "./evaluate.ts";
import { historyOf } from "./history.ts";
import type { Rule } from "./rule.ts";
import type { SeriesSource } from "./series.ts";

/** One time that the rule would have fired. Times in Unix ms. */
export interface PreviewEpisode {
  readonly subject: string | null;
  readonly model: string | null;
  readonly started_at: number;
  readonly fired_at: number;
  /** Null while it still fires. */
  readonly resolved_at: number | null;
  readonly value: number | null;
  readonly threshold: number | null;
  readonly message: string;
}

export interface PreviewLine {
  readonly group: string | null;
  readonly points: readonly (readonly [number, number])[];
}

export interface Preview {
  readonly from: number;
  readonly to: number;
  /** Null where the history does not keep what the rule watches; then `note` says so. */
  readonly step_ms: number | null;
  /** How often it would have fired. */
  readonly fired: number;
  /** Oldest first. */
  readonly episodes: readonly PreviewEpisode[];
  /** What the rule looked at, at each step. */
  readonly series: readonly PreviewLine[];
  /** Where the line is drawn, per group when it is not the same for all. */
  readonly thresholds: readonly PreviewLine[];
  readonly note: string | null;
}

const STEPS_AT_ONCE = 20;
const MOST_LINES = 50;
const MOST_EPISODES = 500;

/** Runs a rule over the past, by the same steps as it runs live. */
export async function preview(
  rule: Rule,
  store: SeriesSource,
  range: { readonly from: number; readonly to: number },
  windowMs: number,
): Promise<Preview> {
  const history = await historyOf(rule, store, range.from, range.to, windowMs);
  if (history === null) {
    const metric = "metric" in rule ? rule.metric : rule.kind;
    const note = `${metric} is not kept in the history, so the past can not be judged`;
    return { ...range, step_ms: null, fired: 0, episodes: [], series: [], thresholds: [], note };
  }
  const { reader, step } = history;
  const values = new Map<string, [number, number][]>();
  const thresholds = new Map<string, [number, number][]>();
  const episodes = new Map<string, PreviewEpisode>();
  let state = nothing;
  let unknown: string | null = null;
  let known = false;
  let steps = 0;
  for (let at = Math.ceil(range.from / step) * step; at <= range.to; at += step) {
    // A day is long; others must have their turn.
    if (++steps % STEPS_AT_ONCE === 0) await new Promise(setImmediate);
    const findings = reader(at);
    for (const { about, subject, value, threshold, verdict, say } of findings) {
      const line = about ?? subject;
      if (value !== undefined) add(values, line, at, value);
      if (threshold !== undefined) add(thresholds, line, at, threshold);
      if (verdict === "unknown") unknown ??= say();
      else known = true;
    }
    const evaluation = evaluate(state, [{ rule, findings }], at, {
      longestGap: Number.POSITIVE_INFINITY,
    });
    state = evaluation.state;
    for (const { to, alert } of evaluation.transitions) {
      if (to !== "firing" && to !== "resolved") continue;
      episodes.set(alert.id, {
        subject: alert.about ?? null,
        model: alert.model ?? null,
        started_at: alert.started_at,
        fired_at: alert.fired_at,
        resolved_at: alert.state === "resolved" ? alert.resolved_at : null,
        // What it fired at, not what it came back to.
        value: episodes.get(alert.id)?.value ?? alert.value ?? null,
        threshold: episodes.get(alert.id)?.threshold ?? alert.threshold ?? null,
        message: episodes.get(alert.id)?.message ?? alert.message,
      });
    }
  }
  return {
    ...range,
    step_ms: step,
    fired: episodes.size,
    episodes: [...episodes.values()].slice(0, MOST_EPISODES),
    series: linesOf(values),
    thresholds: linesOf(thresholds),
    note: known ? null : unknown,
  };
}

function add(
  lines: Map<string, [number, number][]>,
  name: string,
  at: number,
  value: number,
): void {
  const line = lines.get(name);
  if (line === undefined) lines.set(name, [[at, value]]);
  // Several findings of one subject at one time, such as levels of a budget: the first is drawn.
  else if (line.at(-1)?.[0] !== at) line.push([at, value]);
}

function linesOf(lines: ReadonlyMap<string, [number, number][]>): PreviewLine[] {
  return Array.from(lines, ([name, points]) => ({
    group: name === "" ? null : name,
    points,
  })).slice(0, MOST_LINES);
}
