import fc, { runs } from "@telltale/testkit/properties";
import { describe, expect, test } from "vitest";
import { exceedsDepth } from "../src/access/limits.ts";
import type { RequestEvent } from "../src/event.ts";
import { readLitellmBody } from "../src/ingest/litellm/body.ts";
import { ReportsError } from "../src/ingest/reports.ts";
import { failure, payload } from "./litellm-payload.ts";

const now = 1_795_417_300_000;

function parse(text: string): unknown {
  if (exceedsDepth(text, 32)) throw new SyntaxError("nested more than 32 deep");
  return JSON.parse(text);
}

const read = (text: string) => readLitellmBody(text, parse, now);

function only(value: unknown): RequestEvent {
  const { events, rejected } = read(JSON.stringify(value));
  const [event] = events;
  if (event === undefined || events.length > 1) throw new Error(JSON.stringify(rejected));
  return event;
}

test("[D20] a payload of LiteLLM's callback is one request with everything it tells", () => {
  const event = only(payload());
  expect(event).toEqual({
    id: expect.stringMatching(/^litellm-[0-9a-f]{32}$/),
    source: "litellm",
    model: "gpt-4o",
    provider: "azure.ai.openai",
    status: "success",
    created: 1_795_417_200_250,
    latencyMs: 2500,
    ttftMs: 400,
    streaming: true,
    usage: { input: 360, cacheRead: 640, cacheWrite: 0, output: 50, reasoning: 20 },
    usageQuality: "reported",
    cost: 0.00275,
    failure: null,
    statusCode: null,
    finishReason: "stop",
    endpoint: "/v1/chat/completions",
    userId: "customer-7",
    organizationId: "o-1",
    service: null,
    traceId: null,
    responseId: "chatcmpl-AbC123",
    apiKey: "checkout-prod",
    queueMs: null,
    serviceTier: null,
    attributes: {
      team: "payments",
      model_group: "chat-large",
      tags: "nightly,User-Agent: curl",
      feature: "refunds",
    },
    demo: false,
  });
  expect(JSON.stringify(event)).not.toContain("secret");
});

describe("[D20] one, an array and one a line are the same", () => {
  const batch = [payload(), failure()];
  test.each([
    ["array", JSON.stringify(batch)],
    ["array, indented", JSON.stringify(batch, null, 2)],
    ["a line each", batch.map((item) => JSON.stringify(item)).join("\n")],
    [
      "a line each, with a line end and a byte order mark",
      `\uFEFF${batch.map((item) => JSON.stringify(item)).join("\r\n")}\n`,
    ],
  ])("%s", (_, text) => {
    const { events, rejected } = read(text);
    expect(rejected).toEqual([]);
    expect(events).toEqual(batch.map((item) => only(item)));
  });
});

test("a failure has its class, status and message, no cost, no tokens and no key", () => {
  const event = only(failure());
  expect(event).toMatchObject({
    status: "error",
    usage: null,
    usageQuality: "unknown",
    cost: null,
    ttftMs: null,
    statusCode: 429,
    responseId: null,
    failure: { type: "RateLimitError", message: "Rate limit reached for key [key]" },
  });
  expect(JSON.stringify(event)).not.toContain("secret");
});

describe("what LiteLLM says of the cost", () => {
  test.each([
    ["wins over any list", { response_cost: 42 }, 42],
    ["zero of a free model", { response_cost: 0 }, 0],
    [
      "zero beside a failed computation is unknown",
      { response_cost: 0, response_cost_failure_debug_info: { error_str: "no price" } },
      null,
    ],
    ["null is unknown", { response_cost: null }, null],
    ["an answer from its cache costs nothing", { response_cost: null, cache_hit: true }, 0],
    ["as text (legacy payloads)", { response_cost: "0.5" }, 0.5],
  ])("%s", (_, changes, cost) => {
    expect(only(payload(changes)).cost).toBe(cost);
  });
});

describe("what LiteLLM says of time", () => {
  test.each([
    [
      "no first token when it equals the end",
      { completionStartTime: 1_795_417_202.75 },
      null,
      2500,
    ],
    ["no first token of a whole answer", { stream: false }, null, 2500],
    [
      "nothing but a duration",
      { startTime: null, endTime: null, completionStartTime: null },
      null,
      2500,
    ],
    ["a clock that was set back", { endTime: 1_795_417_100, response_time: null }, null, null],
    [
      "text (legacy payloads)",
      { startTime: "2026-11-23 07:00:00.250", endTime: "2026-11-23 07:00:02.750" },
      400,
      2500,
    ],
  ])("%s", (_, changes, ttft, latency) => {
    const event = only(payload(changes));
    expect(event).toMatchObject({ ttftMs: ttft, latencyMs: latency });
    expect(event.undated === true).toBe("startTime" in changes && changes.startTime === null);
  });
});

test("the cache is within the prompt, unless it is larger than it (Anthropic's own convention)", () => {
  const of = (usage: object) =>
    only(payload({ prompt_tokens: 100, metadata: { usage_object: usage } })).usage;
  expect(of({ cache_read_input_tokens: 60, cache_creation_input_tokens: 30 })).toMatchObject({
    input: 10,
    cacheRead: 60,
    cacheWrite: 30,
  });
  expect(of({ cache_read_input_tokens: 600 })).toMatchObject({ input: 100, cacheRead: 600 });
});

test("usage in the names of the responses API is usage", () => {
  const usage = {
    input_tokens: 100,
    input_tokens_details: { cached_tokens: 60 },
    output_tokens: 20,
    output_tokens_details: { reasoning_tokens: 5 },
  };
  const counts = { prompt_tokens: null, completion_tokens: null, total_tokens: null };
  expect(only(payload({ ...counts, metadata: { usage_object: usage } })).usage).toEqual({
    input: 40,
    cacheRead: 60,
    cacheWrite: 0,
    output: 20,
    reasoning: 5,
  });
});

test("a hash stands for a key that has no alias, cut to four characters", () => {
  const metadata = {
    user_api_key_hash: "88dc28d0f030c55ed4ab77ed8faf098196cb1c05df778539800c9f1243fe6b4b",
  };
  expect(only(payload({ metadata })).apiKey).toBe("…6b4b");
});

test("attempts of one call are requests of their own; the same report again is the same request", () => {
  const attempt = { ...failure(), litellm_call_id: "call-1" };
  const second = { ...payload(), litellm_call_id: "call-1" };
  expect(only(attempt).id).toBe(only(attempt).id);
  expect(only(attempt).id).not.toBe(only(second).id);
});

test("what asks no model anything is no request", () => {
  for (const call_type of [
    "afile_retrieve",
    "acreate_batch",
    "alist_files",
    "vector_store_create",
  ]) {
    expect(read(JSON.stringify(payload({ call_type })))).toMatchObject({
      events: [],
      rejected: [],
    });
  }
  for (const call_type of ["aembedding", "aresponses", "anthropic_messages", "arerank", null]) {
    expect(read(JSON.stringify(payload({ call_type }))).events).toHaveLength(1);
  }
});

test("the provider's limits in an answer's headers are told too", () => {
  expect(read(JSON.stringify(payload())).rateLimits).toMatchObject([
    { endpoint: "azure gpt-4o requests", limit: 500, remaining: 499, percentage_used: 0.2 },
    { endpoint: "azure gpt-4o tokens", limit: 30_000, remaining: 29_000 },
  ]);
});

test("all fields null but the model is a request of which little is known", () => {
  const nothing = Object.fromEntries(Object.keys(payload()).map((name) => [name, null]));
  expect(only({ ...nothing, model: "m" })).toMatchObject({
    status: "success",
    usage: null,
    cost: null,
    latencyMs: null,
    created: now,
  });
});

test("[D20] what is wrong is named, what is right is kept", () => {
  const { events, rejected } = read(JSON.stringify([payload(), { model: "" }, 7]));
  expect(events).toHaveLength(1);
  expect(rejected).toEqual([
    { index: 1, path: "model", error: expect.stringContaining("is required") },
    { index: 2, path: "", error: expect.stringContaining("StandardLoggingPayload") },
  ]);
  expect(() => read("")).toThrow(ReportsError);
});

test("[D21] whatever is posted ends in requests, refusals or a described error", () => {
  const fields = Object.keys(payload());
  const broken = fc
    .tuple(fc.constantFrom(...fields), fc.jsonValue({ maxDepth: 3 }))
    .map(([name, value]) =>
      JSON.stringify([payload({ [name]: value }), failure({ [name]: value })]),
    );
  fc.assert(
    fc.property(fc.oneof(broken, fc.json(), fc.string()), (text) => {
      try {
        const { events, rejected } = read(text);
        for (const event of events) {
          expect(event.id.length).toBeLessThanOrEqual(256);
          expect(event.model.length).toBeGreaterThan(0);
          expect(Number.isFinite(event.created)).toBe(true);
          expect(event.latencyMs ?? 0).toBeGreaterThanOrEqual(0);
          expect(event.cost ?? 0).toBeGreaterThanOrEqual(0);
        }
        for (const { error } of rejected) expect(error).not.toBe("");
      } catch (error) {
        expect(error).toBeInstanceOf(ReportsError);
      }
    }),
    { numRuns: runs(2000) },
  );
});
