import { expect, test } from "vitest";
import { durationBody, durationText } from "../src/alerts/duration-text.ts";
import { emptyForm, formOf, ruleBody } from "../src/alerts/rule-form.ts";
import type { NewRule } from "../src/services/alerts.ts";

const common = {
  name: "A rule",
  enabled: true,
  severity: "high",
  labels: { team: "search", tier: "1" },
  for: 90_000,
  clear_for: 60_000,
  on_missing: "hold",
} as const;

const unitOf = (metric: string): "share" | "ms" => (metric === "error_rate" ? "share" : "ms");

const rules: Record<string, NewRule> = {
  "a threshold": {
    ...common,
    kind: "threshold",
    metric: "error_rate",
    op: ">=",
    value: 0.07,
    recover: 0.035,
    each: true,
    min_requests: 20,
    channels: ["ops"],
  },
  "a threshold of a model": {
    ...common,
    kind: "threshold",
    metric: "p95_latency_ms",
    op: "<",
    value: 1200,
    model: "gpt-4o",
    each: false,
    min_requests: 1,
  },
  "no requests": { ...common, kind: "no_data", after: 600_000, each: false },
  "a burn rate": {
    ...common,
    kind: "burn_rate",
    objective: 0.999,
    windows: [
      { long: 3_600_000, short: 300_000, factor: 14.4 },
      { long: 259_200_000, short: 21_600_000, factor: 1 },
    ],
    min_requests: 20,
    each: true,
  },
  "a budget": {
    ...common,
    kind: "budget",
    amount: 12.5,
    period: { every: 864_000_000, from: "2026-01-01T00:00:00Z" },
    time_zone: "Europe/Berlin",
    by: "user_id",
    only: "ada",
    levels: [50, 99.5],
  },
  "an anomaly": {
    ...common,
    kind: "anomaly",
    metric: "cost",
    direction: "above",
    k: 6,
    step: 300_000,
    weeks: 4,
    min_samples: 24,
    each: false,
  },
};

/** As the server reads it: durations in ms. */
function read(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(read);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, read(each)]));
  }
  const match = typeof value === "string" ? /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(value) : null;
  const units: Record<string, number> = { ms: 1, s: 1e3, m: 6e4, h: 36e5, d: 864e5 };
  return match ? Number(match[1]) * (units[match[2] ?? ""] ?? 1) : value;
}

for (const [name, rule] of Object.entries(rules)) {
  test(`[N1] ${name} is sent as it was read when nothing was changed`, () => {
    expect(
      read(ruleBody(formOf(rule, unitOf), unitOf("metric" in rule ? rule.metric : ""))),
    ).toEqual(rule);
  });
}

test("[N1] shares are typed as percent and sent as shares, without digits of binary fractions", () => {
  const form = { ...emptyForm, value: "7", recover: " 3,5 " };
  expect(ruleBody(form, "share")).toMatchObject({ value: 0.07, recover: 0.035 });
  expect(ruleBody(form, "ms")).toMatchObject({ value: 7, recover: 3.5 });
});

test("[N1] what is no number is sent as typed, so that the server says what is wrong with it", () => {
  expect(ruleBody({ ...emptyForm, value: "lots" }, "share")).toMatchObject({ value: "lots" });
  expect(ruleBody({ ...emptyForm, value: "" }, "share")).toMatchObject({ value: "" });
  expect(ruleBody({ ...emptyForm, for: "soon" }, "ms")).toMatchObject({ for: "soon" });
});

test("durations read as people write them", () => {
  expect([0, 1500, 90_000, 300_000, 86_400_000].map(durationText)).toEqual([
    "0",
    "1500ms",
    "90s",
    "5m",
    "1d",
  ]);
  expect(["0", " 5 m", "5min", "1h"].map(durationBody)).toEqual([0, "5m", "5m", "1h"]);
});
