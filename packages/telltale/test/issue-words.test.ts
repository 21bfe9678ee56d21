import { expect, test } from "vitest";
import { z } from "zod";
import { ruleInputSchema } from "../src/alerts/rule.ts";
import { silenceInputSchema } from "../src/alerts/silence.ts";
import { checked } from "../src/http/json-body.ts";
import { ProblemError } from "../src/http/problem.ts";

function objection(schema: z.ZodType, body: unknown): string | undefined {
  try {
    checked(schema, body);
  } catch (error) {
    return error instanceof ProblemError ? error.message : String(error);
  }
  return undefined;
}

test("what is wrong with a body is said in words that a reader of a form understands", () => {
  const rule = { kind: "threshold", metric: "error_rate", op: ">", value: 0.1 };
  expect(objection(ruleInputSchema, { ...rule, name: " " })).toBe("name: give it a name");
  expect(objection(ruleInputSchema, { ...rule, name: "x".repeat(201) })).toBe(
    "name: expected at most 200 characters",
  );
  expect(objection(ruleInputSchema, { ...rule, name: "x", value: "lots" })).toBe(
    "value: expected a number",
  );
  expect(objection(ruleInputSchema, { ...rule, name: "x", min_requests: 0 })).toBe(
    "min_requests: expected at least 1",
  );
  expect(objection(silenceInputSchema, { matchers: { rule: "a" }, ends_at: 1, comment: "" })).toBe(
    "comment: say why",
  );
  expect(objection(z.object({ a: z.string().min(1) }), { a: "" })).toBe(
    "a: expected a text that is not empty",
  );
  expect(objection(z.object({ a: z.array(z.int()).max(1) }), { a: [1, 2] })).toBe(
    "a: expected at most 1 entry",
  );
  expect(objection(z.object({ a: z.number().gt(0) }), {})).toBe(
    "a: expected a number, found nothing",
  );
});
