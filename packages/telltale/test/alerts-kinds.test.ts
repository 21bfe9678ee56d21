import type { ModelUpdate } from "@telltale/protocol";
import { describe, expect, test } from "vitest";
import type { Finding } from "../src/alerts/finding.ts";
import { historyOf } from "../src/alerts/history.ts";
import { noDataFindings } from "../src/alerts/kinds/no-data.ts";
import { thresholdFindings } from "../src/alerts/kinds/threshold.ts";
import type { Sample } from "../src/alerts/metrics.ts";
import { periodAt } from "../src/alerts/period.ts";
import { preview } from "../src/alerts/preview.ts";
import { type Rule, type RuleKind, type RuleOf, ruleInputSchema } from "../src/alerts/rule.ts";
import { templates } from "../src/alerts/templates.ts";
import type { RequestEvent } from "../src/event.ts";
import { LiveState } from "../src/live/state.ts";
import { seriesOf } from "./alert-series.ts";
import { request } from "./make.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
/** A Tuesday, 2023-11-14T22:00:00Z. */
const NOW = 1_699_999_200_000;

function rule<K extends RuleKind>(kind: K, fields: Record<string, unknown>): RuleOf<K> {
  const input = ruleInputSchema.parse({ kind, name: "A rule", ...fields });
  const made: Rule = { ...input, id: "r1", created_at: NOW, updated_at: NOW };
  return made as RuleOf<K>;
}

const at = (end: number, fields: Partial<RequestEvent> = {}): RequestEvent =>
  request({ created: end - 100, latencyMs: 100, ...fields });

const failed = (end: number, fields: Partial<RequestEvent> = {}): RequestEvent =>
  at(end, { status: "error", failure: { type: "500", message: "broke" }, ...fields });

const verdicts = (findings: readonly Finding[]): unknown[] =>
  findings.map(({ subject, verdict }) => [subject, verdict]);

function sampleOf(events: readonly RequestEvent[]): Sample {
  const live = new LiveState({ windowSeconds: 300, recent: 10, inFlightPatience: 1000 });
  for (const event of events) live.finish(event, NOW);
  const models = live.models(NOW).map((model): [string, ModelUpdate] => [model.model, model]);
  return {
    metrics: live.metrics(NOW, { system: null, activeConnections: 0 }),
    models: new Map(models),
    system: null,
    rateLimits: new Map([
      ["a", { endpoint: "a", limit: 10, remaining: 1, reset_time: NOW, percentage_used: 90 }],
      ["b", { endpoint: "b", limit: 10, remaining: 8, reset_time: NOW, percentage_used: 20 }],
    ]),
    kvCache: null,
    costs: null,
  };
}

describe("a threshold", () => {
  const failing = [failed(NOW - 1000, { model: "bad" }), at(NOW - 1000, { model: "good" })];
  const errors = { metric: "error_rate", op: ">", value: 0.4, recover: 0.2 };

  test("judges the whole, one model, or each", () => {
    const judge = (fields: object): unknown[] =>
      verdicts(thresholdFindings(rule("threshold", { ...errors, ...fields }), sampleOf(failing)));
    expect(judge({})).toEqual([["", "breach"]]);
    expect(judge({ model: "good" })).toEqual([["good", "clear"]]);
    expect(judge({ model: "gone" })).toEqual([["gone", "unknown"]]);
    expect(judge({ each: true })).toEqual([
      ["bad", "breach"],
      ["good", "clear"],
    ]);
  });

  test("takes an empty window, too few requests and unmeasured values for unknown", () => {
    const whole = (fields: object, events: RequestEvent[]): unknown =>
      thresholdFindings(rule("threshold", { ...errors, ...fields }), sampleOf(events))[0]?.verdict;
    expect(whole({}, [])).toBe("unknown");
    expect(whole({ min_requests: 3 }, failing)).toBe("unknown");
    expect(whole({ metric: "p95_ttft_ms", value: 5, recover: 4 }, failing)).toBe("unknown");
    expect(whole({ metric: "cpu_usage", value: 5, recover: 4 }, failing)).toBe("unknown");
  });

  test("is neither over nor back between its two values", () => {
    const three = [...failing, at(NOW), at(NOW)];
    expect(thresholdFindings(rule("threshold", errors), sampleOf(three))[0]?.verdict).toBe(
      "between",
    );
  });

  test("of several endpoints takes the worst, and says what it is", () => {
    const limit = { metric: "rate_limit_percentage_used", op: ">=", value: 80 };
    const [worst] = thresholdFindings(rule("threshold", limit), sampleOf([]));
    expect(worst).toMatchObject({ subject: "", verdict: "breach", value: 90 });
    expect(worst?.say()).toBe("rate_limit_percentage_used is 90%, at or above 80%");
    const each = thresholdFindings(rule("threshold", { ...limit, each: true }), sampleOf([]));
    expect(verdicts(each)).toEqual([
      ["a", "breach"],
      ["b", "clear"],
    ]);
  });
});

describe("no data", () => {
  const quiet = rule("no_data", { after: "10m" });
  test.each([
    ["long ago", NOW - 11 * MINUTE, NOW - HOUR, "breach"],
    ["lately", NOW - 9 * MINUTE, NOW - HOUR, "clear"],
    ["before anybody listened", NOW - HOUR, NOW - MINUTE, "between"],
    ["never, and somebody listens for long", undefined, NOW - HOUR, "breach"],
  ])("heard %s", (_when, last, since, verdict) => {
    const heard = { since, last: new Map(last === undefined ? [] : [["", last]]) };
    expect(noDataFindings(quiet, heard, NOW)[0]?.verdict).toBe(verdict);
  });

  test("of each model forgets one that has retired", () => {
    const last = new Map([
      ["", NOW],
      ["old", NOW - 8 * DAY],
      ["quiet", NOW - HOUR],
      ["busy", NOW],
    ]);
    const each = rule("no_data", { after: "10m", each: true });
    expect(verdicts(noDataFindings(each, { since: NOW - 9 * DAY, last }, NOW))).toEqual([
      ["quiet", "breach"],
      ["busy", "clear"],
    ]);
  });
});

async function findingsOf(
  of: Rule,
  events: readonly RequestEvent[],
  when = NOW,
): Promise<readonly Finding[]> {
  const history = await historyOf(of, seriesOf(events), when, when, 300_000);
  return history?.reader(when) ?? [];
}

describe("[L3] the error budget", () => {
  const burn = rule("burn_rate", {
    objective: 0.99,
    windows: [{ long: "1h", short: "5m", factor: 14.4 }],
    min_requests: 10,
  });
  /** One request each 10 s over the last hour; `failing` says which fail. */
  const hour = (failing: (ago: number) => boolean): RequestEvent[] =>
    Array.from({ length: 360 }, (_, index) => {
      const ago = index * 10_000 + 5000;
      return failing(ago) ? failed(NOW - ago) : at(NOW - ago);
    });

  test("burns too fast when both windows do", async () => {
    const [finding] = await findingsOf(
      burn,
      hour((ago) => ago % 50_000 === 5000),
    );
    // 72 of 360 fail: 20 times the 1% that may.
    expect(finding).toMatchObject({ verdict: "breach", threshold: 14.4 });
    expect(finding?.value).toBeCloseTo(20, 9);
  });

  test("is not burning any more when the short window is clean", async () => {
    const [finding] = await findingsOf(
      burn,
      hour((ago) => ago > 5 * MINUTE && ago % 30_000 < 10_000),
    );
    expect(finding).toMatchObject({ verdict: "clear" });
    expect(finding?.value).toBeGreaterThan(14.4);
  });

  test("is not judged on a blip, nor on too few requests", async () => {
    expect(
      (
        await findingsOf(
          burn,
          hour((ago) => ago < 5 * MINUTE),
        )
      )[0]?.verdict,
    ).toBe("clear");
    expect((await findingsOf(burn, [failed(NOW - 1000)]))[0]?.verdict).toBe("unknown");
    expect((await findingsOf(burn, []))[0]?.verdict).toBe("unknown");
  });
});

describe("[L4] a budget", () => {
  const spent = (cost: number, end: number, fields: Partial<RequestEvent> = {}): RequestEvent =>
    at(end, { cost, ...fields });

  test("has each of its levels reached once per period", async () => {
    const budget = rule("budget", { amount: 10, period: "day", severity: "high", for: 0 });
    const events = [
      spent(3, NOW - 20 * HOUR),
      spent(5.5, NOW - 10 * HOUR),
      spent(1, NOW - 5 * HOUR),
      spent(1, NOW - HOUR),
      spent(8.5, NOW + 3 * HOUR),
    ];
    const { episodes, note } = await preview(
      budget,
      seriesOf(events),
      { from: NOW - 22 * HOUR, to: NOW + 4 * HOUR },
      300_000,
    );
    const midnight = NOW + 2 * HOUR;
    expect(note).toBeNull();
    expect(
      episodes.map(({ fired_at, resolved_at, threshold }) => [fired_at, threshold, resolved_at]),
    ).toEqual([
      [NOW - 10 * HOUR + 5 * MINUTE, 8, midnight],
      [NOW - 5 * HOUR + 5 * MINUTE, 9.5, midnight],
      [NOW - HOUR + 5 * MINUTE, 10, midnight],
      [NOW + 3 * HOUR + 5 * MINUTE, 8, null],
    ]);
  });

  test("counts the period only, as of now, and is severe by level", async () => {
    const budget = rule("budget", { amount: 10, period: "day", severity: "critical" });
    const findings = await findingsOf(budget, [spent(99, NOW - 23 * HOUR), spent(9.6, NOW - 1)]);
    expect(
      findings.map(({ verdict, severity, threshold }) => [threshold, verdict, severity]),
    ).toEqual([
      [10, "between", "critical"],
      [9.5, "breach", "high"],
      [8, "breach", "medium"],
    ]);
    expect(findings[1]?.say()).toBe(
      "$9.60 spent this day, 96% of the budget of $10.00 (95% is $9.50)",
    );
  });

  test("can be each caller's own, or one caller's", async () => {
    const events = [
      spent(9, NOW - 1, { userId: "u1" }),
      spent(1, NOW - 1, { userId: "u2" }),
      spent(50, NOW - 1, { userId: null }),
    ];
    const each = rule("budget", { amount: 10, period: "month", by: "user_id", levels: [90] });
    expect((await findingsOf(each, events)).map(({ about, verdict }) => [about, verdict])).toEqual([
      ["u1", "breach"],
      ["u2", "between"],
    ]);
    const one = rule("budget", {
      amount: 10,
      period: "month",
      by: "user_id",
      only: "u2",
      levels: [5],
    });
    expect((await findingsOf(one, events)).map(({ about, verdict }) => [about, verdict])).toEqual([
      ["u2", "breach"],
    ]);
  });

  test.each([
    ["day", "UTC", "2023-11-14T00:00:00Z", "2023-11-15T00:00:00Z"],
    ["day", "Asia/Kolkata", "2023-11-14T18:30:00Z", "2023-11-15T18:30:00Z"],
    ["week", "Europe/Berlin", "2023-11-12T23:00:00Z", "2023-11-19T23:00:00Z"],
    ["month", "America/New_York", "2023-11-01T04:00:00Z", "2023-12-01T05:00:00Z"],
    [
      { every: 10 * DAY, from: "2023-11-01T12:00:00Z" },
      "UTC",
      "2023-11-11T12:00:00Z",
      "2023-11-21T12:00:00Z",
    ],
  ] as const)("a period of %j in %s", (period, zone, from, to) => {
    expect(periodAt(period, NOW, zone)).toEqual({ from: Date.parse(from), to: Date.parse(to) });
  });

  test.each([
    ["Europe/Berlin", "2023-03-26T12:00:00Z", 23],
    ["Europe/Berlin", "2023-10-29T12:00:00Z", 25],
    // Clocks skip midnight itself here.
    ["America/Santiago", "2023-09-03T12:00:00Z", 23],
    ["America/Havana", "2023-11-05T12:00:00Z", 25],
  ])("a day in %s on which clocks change, %s", (zone, when, hours) => {
    const { from, to } = periodAt("day", Date.parse(when), zone);
    expect((to - from) / HOUR).toBe(hours);
    expect(periodAt("day", from, zone)).toEqual({ from, to });
    expect(periodAt("day", to - 1, zone)).toEqual({ from, to });
    expect(periodAt("day", to, zone).from).toBe(to);
  });
});

describe("[L5] an anomaly", () => {
  /** Requests per step of five minutes, in the hour around `middle`. */
  const hour = (middle: number, perStep: (index: number) => number): RequestEvent[] =>
    Array.from({ length: 12 }, (_, index) =>
      Array.from({ length: perStep(index) }, (_, n) =>
        at(middle - 30 * MINUTE + index * 5 * MINUTE + n * 1000),
      ),
    ).flat();
  const now = (count: number): RequestEvent[] =>
    Array.from({ length: count }, (_, n) => at(NOW - 4 * MINUTE - n * 100));
  const weeks = [1, 2, 3, 4].flatMap((week) => hour(NOW - week * WEEK, (index) => 9 + (index % 3)));
  const unusual = rule("anomaly", { metric: "requests", k: 4 });

  test("is what is far from the same hour of past weeks", async () => {
    const judge = async (count: number): Promise<unknown> =>
      (await findingsOf(unusual, [...weeks, ...now(count)]))[0]?.verdict;
    expect(await judge(10)).toBe("clear");
    expect(await judge(15)).toBe("clear");
    expect(await judge(17)).toBe("breach");
    expect(await judge(0)).toBe("breach");
    const [finding] = await findingsOf(unusual, [...weeks, ...now(30)]);
    expect(finding?.say()).toBe(
      "requests is 30; at this hour of past weeks it was about 10, 13.5 deviations away",
    );
  });

  test("does not learn from one bad week", async () => {
    const bad = [...weeks, ...hour(NOW - 2 * WEEK, () => 500)];
    expect((await findingsOf(unusual, [...bad, ...now(40)]))[0]?.verdict).toBe("breach");
  });

  test("in one direction only, when asked", async () => {
    const above = rule("anomaly", { metric: "requests", direction: "above" });
    expect((await findingsOf(above, weeks))[0]?.verdict).toBe("clear");
  });

  test("says when there is not enough history", async () => {
    const [finding] = await findingsOf(unusual, [...hour(NOW - WEEK, () => 10), ...now(99)]);
    expect(finding?.verdict).toBe("unknown");
    expect(finding?.say()).toMatch(/^Not enough history to judge requests: 12 of 24 steps/);
    const { note, fired } = await preview(
      unusual,
      seriesOf(now(99)),
      { from: NOW - DAY, to: NOW },
      300_000,
    );
    expect(note).toMatch(/^Not enough history/);
    expect(fired).toBe(0);
  });
});

describe("[L6] a preview", () => {
  const day = { from: NOW - DAY, to: NOW };
  /** A request a minute, all day; those of some hours fail. */
  const traffic = Array.from({ length: 1440 }, (_, index) => {
    const end = NOW - DAY + index * MINUTE + 30_000;
    const hourOfDay = Math.floor(index / 60);
    return hourOfDay === 3 || hourOfDay === 10 || hourOfDay === 23 ? failed(end) : at(end);
  });

  test("says how often the rule would have fired, when, and what it looked at", async () => {
    const errors = rule("threshold", {
      metric: "error_rate",
      op: ">",
      value: 0.5,
      for: "10m",
      clear_for: "5m",
    });
    const { fired, episodes, series, step_ms, note } = await preview(
      errors,
      seriesOf(traffic),
      day,
      300_000,
    );
    expect({ fired, step_ms, note }).toEqual({ fired: 3, step_ms: 300_000, note: null });
    expect(
      episodes.map(({ started_at, fired_at, resolved_at }) =>
        [started_at, fired_at, resolved_at].map((time) => time && (time - day.from) / MINUTE),
      ),
    ).toEqual([
      [185, 195, 250],
      [605, 615, 670],
      [1385, 1395, null],
    ]);
    expect(episodes[0]).toMatchObject({
      value: 1,
      threshold: 0.5,
      message: "error_rate is 100%, above 50%",
    });
    expect(series).toHaveLength(1);
    expect(series[0]?.points.length).toBeGreaterThan(280);
  });

  test("of silence", async () => {
    const gap = traffic.filter(
      ({ created }) => created < NOW - 5 * HOUR || created > NOW - 4 * HOUR,
    );
    const quiet = rule("no_data", { after: "20m", clear_for: 0 });
    const { episodes } = await preview(
      quiet,
      seriesOf(gap),
      { from: NOW - 23 * HOUR, to: NOW },
      300_000,
    );
    expect(episodes).toHaveLength(1);
    const [episode] = episodes;
    expect([episode?.fired_at, episode?.resolved_at]).toEqual([
      NOW - 5 * HOUR + 20 * MINUTE,
      NOW - 4 * HOUR + MINUTE,
    ]);
  });

  test("of an error budget, as it burns live", async () => {
    const burn = rule("burn_rate", {
      objective: 0.9,
      windows: [{ long: "1h", short: "5m", factor: 5 }],
      clear_for: 0,
    });
    const { episodes } = await preview(burn, seriesOf(traffic), day, 300_000);
    expect(episodes).toHaveLength(3);
    const fired = episodes[0]?.fired_at ?? 0;
    const verdict = async (when: number): Promise<unknown> =>
      (await findingsOf(burn, traffic, when))[0]?.verdict;
    expect(await verdict(fired)).toBe("breach");
    expect(await verdict(fired - MINUTE)).toBe("clear");
  });

  test("says what the history does not keep", async () => {
    const cpu = rule("threshold", { metric: "cpu_usage", op: ">", value: 90 });
    expect(await preview(cpu, seriesOf(traffic), day, 300_000)).toMatchObject({
      fired: 0,
      step_ms: null,
      note: "cpu_usage is not kept in the history, so the past can not be judged",
    });
  });
});

test("every template is a rule that can be posted as it is shown", () => {
  expect(templates.length).toBeGreaterThan(8);
  for (const { rule: shown } of templates) {
    expect(ruleInputSchema.parse(JSON.parse(JSON.stringify(shown)))).toEqual(shown);
  }
});

test.each([
  [{ kind: "threshold", metric: "error_rate", op: ">", value: 1, recover: 2 }, /healthy side/],
  [{ kind: "threshold", metric: "cpu_usage", op: ">", value: 1, model: "m" }, /not one of models/],
  [{ kind: "threshold", metric: "cpu_usage", op: ">", value: 1, each: true }, /one value only/],
  [{ kind: "threshold", metric: "error_rat", op: ">", value: 1 }, /error_rate/],
  [{ kind: "threshold", metric: "error_rate", op: ">", value: 1, treshold: 2 }, /treshold/],
  [{ kind: "no_data", after: "soon" }, /expected a duration from 10 s to 7 d/],
  [{ kind: "burn_rate", objective: 99.9 }, /<1/],
  [
    { kind: "burn_rate", objective: 0.9, windows: [{ long: "1h", short: "1h", factor: 1 }] },
    /less than/,
  ],
  [{ kind: "budget", amount: 1, period: "day", time_zone: "Berlin" }, /IANA/],
  [{ kind: "budget", amount: 1, period: "fortnight" }, /day, week, month/],
  [{ kind: "budget", amount: 1, period: "day", only: "u1" }, /needs `by`/],
  [{ kind: "magic" }, /threshold, no_data, burn_rate, budget, anomaly/],
])("%j is refused with what was expected", (input, expected) => {
  const { error } = ruleInputSchema.safeParse({ name: "A rule", ...input });
  expect(error?.issues[0]?.message).toMatch(expected);
});
