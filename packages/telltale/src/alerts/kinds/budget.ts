import type { Severity } from "@telltale/protocol";
import { describeMoney } from "../figure.ts";
import type { Finding, Reader } from "../finding.ts";
import { periodAt, type Span } from "../period.ts";
import { type RuleOf, severitySchema } from "../rule.ts";
import type { SeriesSource } from "../series.ts";

type BudgetRule = RuleOf<"budget">;

/** Of those who are far from their budget only so many are looked at, those who spent most. */
const MOST_SPENDERS = 500;

interface Spending {
  readonly span: Span;
  /** By who spends: `[start of the step, dollars]`, oldest first. */
  readonly lines: ReadonlyMap<string, readonly (readonly [number, number])[]>;
}

/**
 * What was spent of a budget in the period that a time lies in. Every level is an alert of its own
 * and so is every period, so each fires once per period and is resolved when the next one begins.
 */
export async function budgetHistory(
  rule: BudgetRule,
  store: SeriesSource,
  from: number,
  to: number,
): Promise<{ readonly reader: Reader; readonly step: number }> {
  const step = from === to ? 86_400_000 : 300_000;
  const periods: Spending[] = [];
  let span = periodAt(rule.period, from, rule.time_zone);
  for (;;) {
    periods.push({
      span,
      lines: await spending(rule, store, span, Math.min(to + 1, span.to), step),
    });
    if (span.to > to) break;
    span = periodAt(rule.period, span.to, rule.time_zone);
  }
  const live = from === to;
  const reader: Reader = (at) => {
    const period = periods.find(({ span: { from: start, to: end } }) => at >= start && at < end);
    if (period === undefined) return [];
    const spent = Array.from(period.lines, ([who, points]) => {
      let sum = 0;
      for (const [start, cost] of points) if (live || start + step <= at) sum += cost;
      return { who, sum };
    });
    spent.sort((a, b) => b.sum - a.sum);
    const lowest = (rule.amount * Math.min(...rule.levels)) / 100;
    return spent
      .filter(({ sum }, rank) => rank < MOST_SPENDERS || sum >= lowest)
      .flatMap(({ who, sum }) => judge(rule, who, sum, period.span));
  };
  return { reader, step };
}

async function spending(
  rule: BudgetRule,
  store: SeriesSource,
  { from }: Span,
  to: number,
  step: number,
): Promise<Spending["lines"]> {
  const { by, only } = rule;
  // The steps of the history begin where they would without us; those of a period begin with it.
  const query = { metric: "cost", from, to, step } as const;
  const series = await store.series(by === undefined ? query : { ...query, groupBy: by });
  const lines = new Map<string, readonly (readonly [number, number])[]>();
  if (by === undefined || only !== undefined) lines.set(only ?? "", []);
  for (const { group, points } of series) {
    const who = by === undefined ? "" : group;
    if (who === null || (only !== undefined && who !== only)) continue;
    lines.set(who, points);
  }
  return lines;
}

function judge(rule: BudgetRule, who: string, sum: number, { from }: Span): Finding[] {
  const levels = [...rule.levels].sort((a, b) => b - a);
  const share = (sum / rule.amount) * 100;
  const of = who === "" ? "" : ` of ${who}`;
  const period = typeof rule.period === "string" ? rule.period : "period";
  return levels.map((level, below): Finding => {
    const limit = (rule.amount * level) / 100;
    return {
      subject: `${who}|${level}|${from}`,
      about: who,
      ...(rule.by === "model" && who !== "" ? { model: who } : {}),
      // Within a period money is never unspent, whatever retention takes out of the history.
      verdict: sum >= limit ? "breach" : "between",
      value: sum,
      threshold: limit,
      severity: lowered(rule.severity, below),
      say: () =>
        `${describeMoney(sum)} spent${of} this ${period}, ${Math.floor(share)}% of the budget of ${describeMoney(rule.amount)} (${level}% is ${describeMoney(limit)})`,
    };
  });
}

/** The highest level is as bad as the rule says, each one below a little less. */
function lowered(severity: Severity, by: number): Severity {
  const { options } = severitySchema;
  return options[Math.max(0, options.indexOf(severity) - by)] ?? "low";
}
