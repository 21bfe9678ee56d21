import { type RuleInput, ruleInputSchema } from "./rule.ts";

/** A rule to begin with: what it is for, and the rule as it could be posted. */
export interface Template {
  readonly id: string;
  readonly description: string;
  readonly rule: RuleInput;
}

const given = [
  {
    id: "error-rate",
    description: "More than one request in twenty fails, for a model",
    rule: {
      kind: "threshold",
      name: "Error rate",
      severity: "high",
      metric: "error_rate",
      op: ">",
      value: 0.05,
      recover: 0.03,
      each: true,
      min_requests: 20,
      for: "1m",
    },
  },
  {
    id: "slow-answers",
    description: "One request in twenty takes longer than 30 seconds, for a model",
    rule: {
      kind: "threshold",
      name: "Slow answers",
      metric: "p95_latency_ms",
      op: ">",
      value: 30_000,
      recover: 25_000,
      each: true,
      min_requests: 20,
      for: "5m",
    },
  },
  {
    id: "slow-first-token",
    description: "One request in twenty waits more than 5 seconds for its first token, for a model",
    rule: {
      kind: "threshold",
      name: "Slow first token",
      metric: "p95_ttft_ms",
      op: ">",
      value: 5000,
      recover: 4000,
      each: true,
      min_requests: 20,
      for: "5m",
    },
  },
  {
    id: "no-requests",
    description: "Not one request for ten minutes",
    rule: { kind: "no_data", name: "No requests", severity: "high", after: "10m" },
  },
  {
    id: "error-budget",
    description: "The budget of 99.9% burns too fast: 14.4 times over an hour, or 6 times over six",
    rule: {
      kind: "burn_rate",
      name: "Error budget",
      severity: "critical",
      objective: 0.999,
      windows: [
        { long: "1h", short: "5m", factor: 14.4 },
        { long: "6h", short: "30m", factor: 6 },
      ],
    },
  },
  {
    id: "error-budget-slow",
    description: "The budget of 99.9% will not last: used faster than it grows for three days",
    rule: {
      kind: "burn_rate",
      name: "Error budget, slowly",
      severity: "medium",
      objective: 0.999,
      windows: [{ long: "3d", short: "6h", factor: 1 }],
    },
  },
  {
    id: "daily-budget",
    description: "80, 95 and 100% of 50 dollars a day are spent",
    rule: { kind: "budget", name: "Daily budget", severity: "high", amount: 50, period: "day" },
  },
  {
    id: "unusual-cost",
    description: "Five minutes cost much more than in the same hour of past weeks",
    rule: { kind: "anomaly", name: "Unusual cost", metric: "cost", direction: "above", k: 6 },
  },
  {
    id: "unusual-latency",
    description: "The median latency of a model is far from that hour's of past weeks",
    rule: { kind: "anomaly", name: "Unusual latency", metric: "p50_latency_ms", each: true, k: 5 },
  },
  {
    id: "rate-limit",
    description: "A provider's rate limit is nearly used up",
    rule: {
      kind: "threshold",
      name: "Rate limit",
      metric: "rate_limit_percentage_used",
      op: ">=",
      value: 90,
      recover: 75,
      each: true,
      on_missing: "hold",
    },
  },
  {
    id: "queue",
    description: "Requests wait in the engines",
    rule: {
      kind: "threshold",
      name: "Queue",
      metric: "queue_size",
      op: ">",
      value: 50,
      recover: 10,
      for: "1m",
    },
  },
  {
    id: "disk",
    description: "The disk of the history is nearly full",
    rule: {
      kind: "threshold",
      name: "Disk",
      severity: "high",
      metric: "disk_usage",
      op: ">=",
      value: 90,
      recover: 85,
      for: "5m",
    },
  },
] as const;

/** Rules to choose from; none of them is in force until it is posted. */
export const templates: readonly Template[] = given.map(({ id, description, rule }) => ({
  id,
  description,
  rule: ruleInputSchema.parse(rule),
}));

const forDemo = new Set([
  "error-rate",
  "slow-first-token",
  "no-requests",
  "daily-budget",
  "rate-limit",
]);

/** What is in force in a demo from the start: it fires now and then, so that there is something to see. */
export const demoRules: readonly RuleInput[] = templates
  .filter(({ id }) => forDemo.has(id))
  .map(({ rule }) => rule);
