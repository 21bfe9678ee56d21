import type { AlertUpdate } from "@telltale/protocol";
import { afterEach, expect, test } from "vitest";
import { forgetNews, newsOf, takeIn } from "../src/notices/news.ts";

afterEach(forgetNews);

const alert = (id: string, change: Partial<AlertUpdate> = {}): AlertUpdate => ({
  id,
  name: "Error rate",
  state: "firing",
  severity: "high",
  message: "error_rate is 12%, above 5%",
  timestamp: 1_000,
  fired_at: 1_000,
  ...change,
});
const told = (alerts: readonly AlertUpdate[]): string[] => takeIn(alerts).map(({ key }) => key);

test("[N4] what fired before the page was opened is no news; what fires then is, once", () => {
  expect(told([alert("a")])).toEqual([]);
  expect(told([alert("b"), alert("a")])).toEqual(["b firing"]);
  expect(told([alert("b", { value: 3 }), alert("a")])).toEqual([]);
  expect(told([alert("b", { state: "resolved", resolved_at: 2_000 }), alert("a")])).toEqual([
    "b resolved",
  ]);
});

test("[N4] what was out of sight for a while is not new when it is back", () => {
  takeIn([alert("a")]);
  expect(told([])).toEqual([]);
  expect(told([alert("a")])).toEqual([]);
});

test("[N4] pending is no news, nor is its end when it never fired", () => {
  const pending = alert("a", { state: "pending" });
  const none = new Map();
  expect(newsOf(none, [pending])).toEqual([]);
  const known = new Map([["a", { state: "pending", acknowledged: false }]]);
  expect(newsOf(known, [alert("a", { state: "resolved", resolved_at: 9 })])).toEqual([]);
  expect(newsOf(known, [alert("a")]).map(({ state }) => state)).toEqual(["firing"]);
});

test("[N4] an alert that somebody took on is said as such", () => {
  takeIn([alert("a")]);
  expect(told([alert("a", { acknowledged_at: 1_500 })])).toEqual(["a acknowledged"]);
});
