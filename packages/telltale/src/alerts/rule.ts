import { SERIES_GROUPS, SERIES_METRICS } from "@telltale/protocol";
import { z } from "zod";
import { givenName } from "../given-name.ts";
import { duration } from "./duration.ts";
import { METRICS, metricNames } from "./metrics.ts";
import { isTimeZone } from "./period.ts";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export const severitySchema = z.enum(["low", "medium", "high", "critical"]);

const labelsSchema = z
  .record(z.string().min(1).max(64), z.string().max(256))
  .refine((labels) => Object.keys(labels).length <= 20, { error: "expected at most 20 labels" });

/** What every rule has, whatever its kind. */
const common = {
  name: givenName(200),
  enabled: z.boolean().default(true),
  severity: severitySchema.default("medium"),
  labels: labelsSchema.default({}),
  /** Channels that are told; absent: all. */
  channels: z.array(z.string().min(1).max(64)).max(50).optional(),
  /** How long the condition must hold before the alert fires. */
  for: duration(0, 7 * DAY).default(0),
  /** How long the condition must be over before the alert is resolved. */
  clear_for: duration(0, DAY).default(MINUTE),
  /** What missing data count as: over, unchanged, or the condition itself. */
  on_missing: z.enum(["resolve", "hold", "fire"]).default("resolve"),
} as const;

const model = z.string().min(1).max(256).optional();
/** One alert for each model (endpoint, GPU, engine) instead of one for all. */
const each = z.boolean().default(false);

const thresholdSchema = z
  .strictObject({
    ...common,
    kind: z.literal("threshold"),
    metric: z.enum(metricNames),
    op: z.enum([">", ">=", "<", "<="]),
    value: z.number(),
    /** Where it is over, if not at `value` itself: between the two nothing changes. */
    recover: z.number().optional(),
    model,
    each,
    /** Requests the window must hold before its averages count. */
    min_requests: z.int().min(1).max(1_000_000).default(1),
  })
  .refine((rule) => rule.recover === undefined || !exceeds(rule.recover, rule.op, rule.value), {
    error: "expected a value on the healthy side of `value`",
    path: ["recover"],
  })
  .refine((rule) => rule.model === undefined || METRICS[rule.metric].of === "model", {
    error: "this metric is not one of models",
    path: ["model"],
  })
  .refine((rule) => !rule.each || METRICS[rule.metric].of !== null, {
    error: "this metric has one value only",
    path: ["each"],
  });

const noDataSchema = z.strictObject({
  ...common,
  kind: z.literal("no_data"),
  /** Silence that is too long. */
  after: duration(10 * SECOND, 7 * DAY),
  model,
  each,
});

const windowSchema = z
  .strictObject({
    long: duration(5 * MINUTE, 7 * DAY),
    short: duration(MINUTE, DAY),
    /** How many times faster than sustainable the budget burns. */
    factor: z.number().positive().max(10_000),
  })
  .refine(({ long, short }) => short < long, {
    error: "expected less than `long`",
    path: ["short"],
  });

const burnRateSchema = z.strictObject({
  ...common,
  kind: z.literal("burn_rate"),
  /** Share of requests that are to succeed, such as 0.999. */
  objective: z.number().gt(0).lt(1),
  /** Any of them fires when the budget burns faster than its factor over both windows. */
  windows: z
    .array(windowSchema)
    .min(1)
    .max(5)
    .default([
      { long: HOUR, short: 5 * MINUTE, factor: 14.4 },
      { long: 6 * HOUR, short: 30 * MINUTE, factor: 6 },
    ]),
  /** Requests the long window must hold before it counts. */
  min_requests: z.int().min(1).max(1_000_000).default(20),
  model,
  each,
});

const budgetGroups = SERIES_GROUPS.filter((group) => group !== "status" && group !== "error_type");

const budgetSchema = z
  .strictObject({
    ...common,
    kind: z.literal("budget"),
    /** US dollars per period. */
    amount: z.number().positive(),
    period: z.union(
      [
        z.enum(["day", "week", "month"]),
        z.strictObject({
          every: duration(HOUR, 366 * DAY),
          from: z.iso.datetime({ offset: true }),
        }),
      ],
      {
        error:
          'expected day, week, month, or such as { "every": "10d", "from": "2026-01-01T00:00:00Z" }',
      },
    ),
    time_zone: z
      .string()
      .refine(isTimeZone, { error: "expected an IANA time zone such as Europe/Berlin" })
      .default("UTC"),
    /** What each has a budget of its own; absent: one budget for everything. */
    by: z.enum(budgetGroups).optional(),
    /** The one of `by` that the budget is for; absent: each of them. */
    only: z.string().min(1).max(256).optional(),
    /** Percent of the amount; each fires once per period. */
    levels: z.array(z.number().positive().max(1000)).min(1).max(10).default([80, 95, 100]),
  })
  .refine(({ only, by }) => only === undefined || by !== undefined, {
    error: "needs `by`, to say what it is",
    path: ["only"],
  });

const anomalySchema = z.strictObject({
  ...common,
  kind: z.literal("anomaly"),
  metric: z.enum(SERIES_METRICS),
  direction: z.enum(["above", "below", "both"]).default("both"),
  /** Deviations from the median that are too many; one is 1.4826 × MAD, a normal σ. */
  k: z.number().positive().max(1000).default(4),
  /** What is compared: the last whole step of this length. */
  step: duration(MINUTE, HOUR).default(5 * MINUTE),
  /** Past weeks whose same hour it is compared with. */
  weeks: z.int().min(1).max(12).default(4),
  /** Fewer steps than this in those hours are not enough history. */
  min_samples: z.int().min(3).max(1000).default(24),
  model,
  each,
});

/** What an operator writes. Unknown fields are errors. */
export const ruleInputSchema = z.discriminatedUnion(
  "kind",
  [thresholdSchema, noDataSchema, burnRateSchema, budgetSchema, anomalySchema],
  { error: "expected `kind`: one of threshold, no_data, burn_rate, budget, anomaly" },
);

/** A rule as it is kept: what the operator wrote, and what the server added. */
export const storedRuleSchema = z.object({
  id: z.string().min(1).max(64),
  /** Unix ms. */
  created_at: z.number(),
  updated_at: z.number(),
  rule: ruleInputSchema,
});

export type RuleInput = z.output<typeof ruleInputSchema>;
export type RuleKind = RuleInput["kind"];
export type StoredRule = z.output<typeof storedRuleSchema>;
export type Rule = RuleInput & Omit<StoredRule, "rule">;
export type RuleOf<K extends RuleKind> = Extract<Rule, { kind: K }>;

export function exceeds(value: number, op: ">" | ">=" | "<" | "<=", limit: number): boolean {
  switch (op) {
    case ">":
      return value > limit;
    case ">=":
      return value >= limit;
    case "<":
      return value < limit;
    case "<=":
      return value <= limit;
  }
}
