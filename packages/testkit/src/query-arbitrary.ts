import type { RequestUpdate } from "@telltale/protocol";
import {
  infoOf,
  QUERY_FIELD_NAMES,
  type Query,
  type Term,
  type Value,
} from "@telltale/protocol/query";
import type { RequestEvent } from "telltale";
import fc from "./properties.ts";
import { requestEvent } from "./request-event.ts";

const at = { column: 1, length: 1 };
const letters = fc.constantFrom(..."abAB0*.-_/ßİΣσ%\\'é🚀");
const word = fc.array(letters, { minLength: 1, maxLength: 5 }).map((list) => list.join(""));
const anything = fc.oneof(
  word,
  fc.string({ unit: "grapheme", maxLength: 6 }),
  fc.constantFrom("", "gpt-4o", "a b", 'say "hi"', "a,b", "\t", "nul\u0000", "=1+1", "%", "_"),
);

const value: fc.Arbitrary<Value> = fc.oneof(
  word.map((text) => ({ text, exact: false })),
  anything.map((text) => ({ text, exact: true })),
);
/** A word by itself must not read as something else. */
const plain: fc.Arbitrary<Value> = fc.oneof(
  word.filter((text) => !text.startsWith("-")).map((text) => ({ text, exact: false })),
  anything.map((text) => ({ text, exact: true })),
);

const amounts: readonly number[] = [
  0, 1, 2, 10, 500, 999, 1000, 1500, 60_000, 90_000, 123.456, 0.1, 1e-7, 2e6, 1e21,
];
const amount = fc.oneof(
  fc.constantFrom(...amounts),
  fc.double({ min: 0, max: 1e12, noNaN: true }),
  fc.nat(),
);
const values = fc.array(value, { minLength: 1, maxLength: 3 });

function termOf(field: (typeof QUERY_FIELD_NAMES)[number]): fc.Arbitrary<Term> {
  const info = infoOf(field);
  const common = { negated: fc.boolean(), at: fc.constant(at), field: fc.constant(field) };
  const choices = info.values;
  const made: fc.Arbitrary<unknown> =
    info.kind === "flag"
      ? fc.record({ ...common, kind: fc.constant("flag"), value: fc.boolean() })
      : info.kind === "number"
        ? fc.oneof(
            fc.record({ ...common, kind: fc.constant("known") }),
            fc.record({
              ...common,
              kind: fc.constant("number"),
              comparison: fc.constant("="),
              values: fc.array(amount, { minLength: 1, maxLength: 3 }),
            }),
            fc.record({
              ...common,
              kind: fc.constant("number"),
              comparison: fc.constantFrom(">", ">=", "<", "<="),
              values: amount.map((one) => [one]),
            }),
          )
        : fc.record({
            ...common,
            kind: fc.constant(info.kind),
            values:
              choices === undefined
                ? values
                : fc.constantFrom(...choices).map((text) => [{ text, exact: false }]),
          });
  return made as fc.Arbitrary<Term>;
}

const search: fc.Arbitrary<Term> = fc.record({
  kind: fc.constant("text" as const),
  field: fc.constant(null),
  values: plain.map((one) => [one]),
  negated: fc.boolean(),
  at: fc.constant(at),
});

/** Any query that can be written. */
export const queries: fc.Arbitrary<Query> = fc
  .array(fc.oneof(search, ...QUERY_FIELD_NAMES.map(termOf)), { maxLength: 4 })
  .map((terms) => ({ terms }));

const maybe = <T>(of: fc.Arbitrary<T>) => fc.option(of, { nil: undefined });

/** Requests whose values are near those of the queries. */
const requests: fc.Arbitrary<RequestUpdate> = fc
  .record({
    id: word,
    model: anything,
    created: fc.constant(1),
    prompt_tokens: fc.option(fc.nat(2000)),
    completion_tokens: fc.option(fc.nat(2000)),
    total_tokens: fc.option(fc.nat(2000)),
    latency_ms: fc.option(amount),
    streaming: fc.boolean(),
    status: fc.constantFrom("success" as const, "error" as const, "in_progress" as const),
    cost: fc.option(amount),
    provider: maybe(anything),
    user_id: maybe(anything),
    error_message: maybe(anything),
    error_type: maybe(anything),
    ttft_ms: maybe(amount),
    endpoint: maybe(anything),
    service: maybe(anything),
    demo: maybe(fc.boolean()),
  })
  .map(
    (request) =>
      Object.fromEntries(
        Object.entries(request).filter(([, one]) => one !== undefined),
      ) as unknown as RequestUpdate,
  );

/** Events whose labels are near those of the queries. */
export const events: fc.Arbitrary<RequestEvent> = fc
  .record({
    id: fc.uuid(),
    source: fc.constantFrom("native", "proxy", "otlp"),
    model: anything,
    provider: fc.option(anything),
    status: fc.constantFrom("success", "error", "in_progress"),
    latencyMs: fc.option(amount),
    ttftMs: fc.option(amount),
    streaming: fc.boolean(),
    usage: fc.option(
      fc.record({
        input: fc.nat(3000),
        cacheRead: fc.nat(1000),
        cacheWrite: fc.nat(1000),
        output: fc.nat(3000),
        reasoning: fc.nat(10),
      }),
    ),
    usageQuality: fc.constantFrom("reported", "estimated", "unknown"),
    cost: fc.option(amount),
    failure: fc.option(fc.record({ type: anything, message: anything })),
    statusCode: fc.option(fc.constantFrom(1, 2, 429, 500)),
    finishReason: fc.option(anything),
    endpoint: fc.option(anything),
    userId: fc.option(anything),
    organizationId: fc.option(anything),
    service: fc.option(anything),
    traceId: fc.option(anything),
    responseId: fc.option(anything),
    apiKey: fc.option(anything),
    queueMs: fc.option(amount),
    serviceTier: fc.option(anything),
    demo: fc.boolean(),
  })
  .map((changes) => requestEvent({ ...changes, attributes: null }));

/** Checks a property of any query. */
export function everyQuery(check: (query: Query) => void, numRuns: number): void {
  fc.assert(fc.property(queries, check), { numRuns });
}

/** Checks a property of any query and any request. */
export function everyQueryAndRequest(check: (query: Query, request: RequestUpdate) => void): void {
  fc.assert(fc.property(queries, requests, check));
}
