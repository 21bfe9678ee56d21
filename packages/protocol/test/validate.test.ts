import fc, { runs } from "@telltale/testkit/properties";
import { describe, expect, test } from "vitest";
import {
  accepts,
  array,
  downSchemas,
  metricsUpdate,
  nullable,
  number,
  object,
  oneOf,
  optional,
  record,
  requestUpdate,
  string,
  upSchemas,
  validate,
} from "../src/index.ts";

const metrics = {
  total_requests: 1,
  total_tokens: 2,
  total_cost: 0.5,
  avg_latency_ms: 12,
  error_rate: 0,
  streaming_percentage: 100,
  requests_per_second: 0.1,
  tokens_per_second: 0.2,
  active_connections: 3,
};

test("a payload that fits has no issue, and keeps what the schema does not know", () => {
  const payload = { ...metrics, tomorrow: { x: 1 } };
  expect(validate(metricsUpdate, payload)).toBeUndefined();
  expect(payload.tomorrow).toEqual({ x: 1 });
});

test.each([
  [{ ...metrics, total_requests: "1" }, "total_requests", "number", "string"],
  [{ ...metrics, total_cost: Number.NaN }, "total_cost", "number", "NaN"],
  [{ ...metrics, error_rate: null }, "error_rate", "number", "null"],
  [{}, "total_requests", "number", "nothing"],
  [null, "", "object", "null"],
  [[], "", "object", "array"],
])(
  "wrong payload %# is named by path, expectation and kind",
  (payload, path, expected, received) => {
    expect(validate(metricsUpdate, payload)).toEqual({ path, expected, received });
  },
);

test("paths go into lists and records", () => {
  const schema = object({ models: array(object({ name: string })), costs: record(number) });
  expect(
    validate(schema, { models: [{ name: "a" }, { name: 7 }], costs: {} }, "data"),
  ).toMatchObject({
    path: "data.models.1.name",
  });
  expect(validate(schema, { models: [], costs: { a: 1, b: "x" } })).toMatchObject({
    path: "costs.b",
  });
});

test("null in an optional field means that it is absent", () => {
  const payload = { ...metrics, in_flight: null };
  expect(accepts(metricsUpdate, payload)).toBe(true);
  expect(payload).not.toHaveProperty("in_flight");
});

test("null in a required field that may be unknown stays", () => {
  const schema = object({ cost: nullable(number) });
  const payload = { cost: null };
  expect(accepts(schema, payload)).toBe(true);
  expect(payload).toEqual({ cost: null });
  expect(accepts(schema, {})).toBe(false);
});

test("inherited properties do not count", () => {
  const schema = object({ toString: optional(number), constructor: optional(string) });
  expect(validate(schema, {})).toBeUndefined();
  expect(validate(requestUpdate, Object.create(metrics))).toMatchObject({ received: "nothing" });
});

test("an issue never repeats a text", () => {
  const issue = validate(object({ status: oneOf("a", "b") }), { status: "my secret" });
  expect(JSON.stringify(issue)).not.toContain("secret");
  expect(issue).toEqual({ path: "status", expected: "a | b", received: "string" });
});

describe("never throws, whatever comes", () => {
  test.each([...downSchemas, ...upSchemas])("%s", (_type, schema) => {
    fc.assert(
      fc.property(fc.anything({ withNullPrototype: true, maxDepth: 4 }), (value) => {
        const issue = validate(schema, value);
        if (issue) expect(issue.expected).not.toBe("");
      }),
      { numRuns: runs(200) },
    );
  });
});
