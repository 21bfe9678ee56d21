import { expect, test } from "vitest";
import { alertInWords } from "../src/alerts/alert-words.ts";
import { alertFigure, ruleInWords } from "../src/alerts/rule-words.ts";

const slow = {
  state: "firing",
  kind: "threshold",
  metric: "p95_ttft_ms",
  subject: "gpt-4o",
  value: 8392,
  threshold: 5000,
  message: "p95_ttft_ms of gpt-4o is 8392 ms, above 5000 ms",
} as const;

test("an alert names its metric in words, formats its figures and says of when they are", () => {
  expect(alertInWords(slow)).toBe(
    "p95 time to first token of gpt-4o was 8.39 s when it fired, above 5.00 s",
  );
  const over = "p95_ttft_ms of gpt-4o is 4100 ms, back from 5000 ms";
  expect(alertInWords({ ...slow, state: "resolved", value: 4100, message: over })).toBe(
    "p95 time to first token of gpt-4o was 4.10 s when it was over, back from 5.00 s",
  );
  expect(
    alertInWords({
      state: "acknowledged",
      kind: "threshold",
      metric: "rate_limit_percentage_used",
      value: 91.234,
      threshold: 90,
      message: "rate_limit_percentage_used is 91.2%, at or above 90%",
    }),
  ).toBe("Rate limit used was 91.2% when it fired, above 90.0%");
});

test("other sentences keep their words, but for the names of metrics", () => {
  const { value: _, ...unmeasured } = { ...slow, state: "resolved" as const };
  expect(alertInWords({ ...unmeasured, message: "p95_ttft_ms of gpt-4o is not known" })).toBe(
    "p95 time to first token of gpt-4o is not known",
  );
  expect(alertInWords({ ...unmeasured, message: "What it was about is no longer there" })).toBe(
    "What it was about is no longer there",
  );
  expect(
    alertInWords({
      state: "firing",
      kind: "anomaly",
      metric: "error_rate",
      value: 0.2,
      threshold: 0.1,
      message: "error_rate is 20%; at this hour of past weeks it was about 2%, 5.0 deviations away",
    }),
  ).toBe("Error rate is 20%; at this hour of past weeks it was about 2%, 5.0 deviations away");
  expect(alertInWords({ state: "firing", message: "No request for 5 min" })).toBe(
    "No request for 5 min",
  );
});

test("silence is told in minutes and seconds", () => {
  expect(alertFigure({ kind: "no_data" }, 300_000)).toBe("5 min");
  expect(alertFigure({ kind: "no_data" }, 754_200)).toBe("12 min 34 s");
});

test("a rule for every model says so", () => {
  expect(
    ruleInWords({
      id: "r",
      created_at: 0,
      updated_at: 0,
      name: "Quiet",
      enabled: true,
      severity: "high",
      labels: {},
      kind: "no_data",
      each: true,
      after: 60_000,
      for: 0,
      clear_for: 0,
      on_missing: "hold",
    }),
  ).toBe("No request for 1 min, for each model on its own");
});
