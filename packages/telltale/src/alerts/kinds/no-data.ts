import { describeDuration } from "../duration.ts";
import type { Finding, Reader } from "../finding.ts";
import type { RuleOf } from "../rule.ts";
import { aligned, linesOf, type SeriesSource } from "../series.ts";

type NoDataRule = RuleOf<"no_data">;

/** A model that has been quiet for so long is retired, not missing. */
export const RETIRED = 7 * 86_400_000;

/** When something was last heard. Unix ms. */
export interface Heard {
  /** Since when somebody listens: before that, silence says nothing. */
  readonly since: number;
  /** By model; "" is any. */
  readonly last: ReadonlyMap<string, number>;
}

/** What a no-data rule finds. */
export function noDataFindings(rule: NoDataRule, heard: Heard, at: number): Finding[] {
  const { model } = rule;
  if (!rule.each) return [judge(rule, model ?? "", heard, at)];
  const models: string[] = [];
  for (const [name, last] of heard.last) if (name !== "" && at - last < RETIRED) models.push(name);
  return models.map((name) => judge(rule, name, heard, at));
}

function judge(rule: NoDataRule, subject: string, { since, last }: Heard, at: number): Finding {
  const heardAt = last.get(subject);
  const quiet = at - Math.max(since, heardAt ?? since);
  const breach = quiet >= rule.after;
  // Nobody listened before; whether it was quiet then can not be said.
  const unsure = heardAt === undefined || heardAt < since;
  const of = subject === "" ? "" : ` of ${subject}`;
  return {
    subject,
    ...(subject === "" ? {} : { model: subject }),
    verdict: breach ? "breach" : unsure ? "between" : "clear",
    value: quiet,
    threshold: rule.after,
    say: () =>
      breach ? `No request${of} for ${describeDuration(quiet)}` : `Requests${of} come in again`,
  };
}

/** The same over the past, to the minute. */
export async function noDataHistory(
  rule: NoDataRule,
  store: SeriesSource,
  from: number,
  to: number,
): Promise<{ readonly reader: Reader; readonly step: number }> {
  const step = 60_000;
  const range = aligned(from - rule.after, to, step);
  const lines = await linesOf(store, { ...range, step, metric: "requests" }, rule);
  const starts = new Map(Array.from(lines, ([name, line]) => [name, [...line.keys()].sort(order)]));
  const reader: Reader = (at) => {
    const last = new Map<string, number>();
    for (const [name, times] of starts) {
      // A step speaks for the time up to its end.
      const heard = times.findLast((start) => start + step <= at);
      if (heard !== undefined) last.set(name, heard + step);
    }
    return noDataFindings(rule, { since: range.from, last }, at);
  };
  return { reader, step };
}

const order = (a: number, b: number): number => a - b;
