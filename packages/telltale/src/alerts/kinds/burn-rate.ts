import { describeDuration } from "../duration.ts";
import type { Finding, Reader } from "../finding.ts";
import type { RuleOf } from "../rule.ts";
import { aligned, linesOf, type SeriesSource, Sums } from "../series.ts";

type BurnRateRule = RuleOf<"burn_rate">;
type Window = BurnRateRule["windows"][number];

const STEP = 60_000;

interface Counted {
  readonly subject: string;
  readonly requests: Sums;
  readonly errors: Sums;
}

interface Burn {
  readonly window: Window;
  /** Undefined where the window holds too few requests to say. */
  readonly rate: { readonly long: number; readonly short: number } | undefined;
}

/**
 * How fast the error budget burns, to the minute: the share of requests that failed over the share
 * that may. Fires when it is beyond a factor over a long window *and* over a short one, so that it
 * neither fires on a blip nor stays once it is over (The Site Reliability Workbook, chapter 5,
 * "Multiwindow, Multi-Burn-Rate Alerts").
 */
export async function burnRateHistory(
  rule: BurnRateRule,
  store: SeriesSource,
  from: number,
  to: number,
): Promise<{ readonly reader: Reader; readonly step: number }> {
  const longest = Math.max(...rule.windows.map(({ long }) => long));
  const query = { ...aligned(from - longest, to, STEP), step: STEP };
  const requests = await linesOf(store, { ...query, metric: "requests" }, rule);
  const errors = await linesOf(store, { ...query, metric: "errors" }, rule);
  const sums = Array.from(requests, ([subject, line]) => ({
    subject,
    requests: new Sums(line, query.from, query.to, STEP),
    errors: new Sums(errors.get(subject), query.from, query.to, STEP),
  }));
  const reader: Reader = (at) => sums.map((counted) => judge(rule, counted, at));
  return { reader, step: STEP };
}

function judge(rule: BurnRateRule, { subject, requests, errors }: Counted, at: number): Finding {
  const share = (length: number): { count: number; share: number } => {
    const count = requests.between(at - length, at);
    return { count, share: count === 0 ? 0 : errors.between(at - length, at) / count };
  };
  const allowed = 1 - rule.objective;
  const burns = rule.windows.map((window): Burn => {
    const long = share(window.long);
    if (long.count < rule.min_requests) return { window, rate: undefined };
    return {
      window,
      rate: { long: long.share / allowed, short: share(window.short).share / allowed },
    };
  });
  const pressing = burns.find(isBreach) ?? burns.find(({ rate }) => rate !== undefined);
  const rate = pressing?.rate;
  const breach = pressing !== undefined && isBreach(pressing);
  const of = subject === "" ? "" : ` of ${subject}`;
  return {
    subject,
    ...(subject === "" ? {} : { model: subject }),
    verdict: rate === undefined ? "unknown" : breach ? "breach" : "clear",
    value: rate?.long,
    threshold: pressing?.window.factor,
    say: () => {
      if (rate === undefined || pressing === undefined) {
        return `Too few requests${of} to judge the error budget`;
      }
      const { long, short, factor } = pressing.window;
      const objective = `${Number((rule.objective * 100).toPrecision(6))}%`;
      return breach
        ? `The error budget${of} (${objective}) burns ${rate.long.toFixed(1)} times too fast over ${describeDuration(long)} and ${rate.short.toFixed(1)} times over ${describeDuration(short)}; ${factor} is the limit`
        : `The error budget${of} (${objective}) lasts again: ${rate.short.toFixed(1)} times over ${describeDuration(short)}`;
    },
  };
}

function isBreach({ window, rate }: Burn): boolean {
  return rate !== undefined && rate.long > window.factor && rate.short > window.factor;
}
