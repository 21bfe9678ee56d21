import fc, { runs } from "@telltale/testkit/properties";
import { describe, expect, test } from "vitest";
import { readHeliconeBody } from "../src/ingest/helicone/body.ts";
import { ReportsError } from "../src/ingest/reports.ts";

const now = 1_795_417_300_000;
const chat = {
  id: "chatcmpl-9",
  object: "chat.completion",
  model: "gpt-4o-mini-2024-07-18",
  service_tier: "default",
  choices: [{ index: 0, message: { role: "assistant", content: "secret" }, finish_reason: "stop" }],
  usage: { prompt_tokens: 20, completion_tokens: 5, total_tokens: 25 },
};

function log(changes: Record<string, unknown> = {}): Record<string, unknown> {
  return {
    providerRequest: {
      url: "https://api.openai.com/v1/chat/completions",
      json: { model: "gpt-4o-mini", messages: [{ role: "user", content: "secret" }] },
      meta: {},
    },
    providerResponse: { json: chat, status: 200, headers: {} },
    timing: {
      startTime: { seconds: 1_795_417_200, milliseconds: 250 },
      endTime: { seconds: 1_795_417_201, milliseconds: 0 },
    },
    ...changes,
  };
}

const headers = {
  authorization: "Bearer sk-helicone-1234567890",
  "helicone-user-id": "ada",
  "helicone-session-id": "s-1",
  "helicone-property-feature": "search",
};

function only(value: unknown, of: Record<string, string> = headers) {
  const { events, rejected } = readHeliconeBody(JSON.stringify(value), JSON.parse, of, now);
  const [event] = events;
  if (event === undefined) throw new Error(JSON.stringify(rejected));
  return event;
}

test("[D22] a manual log of Helicone's clients is one request with everything it tells", () => {
  const event = only(log());
  expect(event).toMatchObject({
    id: expect.stringMatching(/^helicone-[0-9a-f]{32}$/),
    source: "helicone",
    model: "gpt-4o-mini-2024-07-18",
    provider: "openai",
    status: "success",
    created: 1_795_417_200_250,
    latencyMs: 750,
    ttftMs: null,
    streaming: false,
    usage: { input: 20, cacheRead: 0, cacheWrite: 0, output: 5, reasoning: 0 },
    usageQuality: "reported",
    cost: null,
    statusCode: 200,
    finishReason: "stop",
    endpoint: "/v1/chat/completions",
    userId: "ada",
    responseId: "chatcmpl-9",
    apiKey: null,
    serviceTier: "default",
    attributes: { session: "s-1", feature: "search" },
  });
  expect(JSON.stringify(event)).not.toMatch(/secret|sk-/);
  expect(only(log())).toEqual(event);
});

describe("[D22] answers of each API, whole or as the text of a stream", () => {
  const chunks = [
    {
      ...chat,
      object: "chat.completion.chunk",
      choices: [{ delta: { content: "Hi" } }],
      usage: null,
    },
    { ...chat, object: "chat.completion.chunk", choices: [] },
  ];
  const anthropic = {
    id: "msg_1",
    type: "message",
    model: "claude-sonnet-4-5",
    stop_reason: "end_turn",
    usage: {
      input_tokens: 10,
      cache_read_input_tokens: 90,
      output_tokens: 7,
      service_tier: "standard",
    },
  };
  const responses = {
    id: "resp_1",
    object: "response",
    model: "gpt-5",
    status: "completed",
    usage: { input_tokens: 30, output_tokens: 9, output_tokens_details: { reasoning_tokens: 4 } },
  };
  test.each<[string, Record<string, unknown>, object]>([
    [
      "events",
      { textBody: chunks.map((c) => `data: ${JSON.stringify(c)}`).join("\n\n") },
      { input: 20, output: 5 },
    ],
    [
      "lines",
      { textBody: chunks.map((c) => JSON.stringify(c)).join("\n") },
      { input: 20, output: 5 },
    ],
    [
      "events beside an empty object, as Helicone's own logger sends them",
      { json: {}, textBody: chunks.map((c) => `data: ${JSON.stringify(c)}`).join("\n\n") },
      { input: 20, output: 5 },
    ],
    [
      "a whole answer as text over several lines",
      { json: {}, textBody: JSON.stringify(chat, null, 2) },
      { input: 20, output: 5 },
    ],
    ["anthropic", { json: anthropic }, { input: 10, cacheRead: 90, output: 7 }],
    ["responses", { json: responses }, { input: 30, output: 9, reasoning: 4 }],
    [
      "anthropic's events",
      {
        textBody: [
          {
            type: "message_start",
            message: { ...anthropic, usage: { ...anthropic.usage, output_tokens: 1 } },
          },
          { type: "message_delta", delta: {}, usage: { output_tokens: 7 } },
          { type: "message_stop" },
        ]
          .map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n`)
          .join("\n"),
      },
      { input: 10, cacheRead: 90, output: 7 },
    ],
  ])("%s", (_, providerResponse, usage) => {
    expect(
      only(log({ providerResponse: { status: 200, ...providerResponse } })).usage,
    ).toMatchObject(usage);
  });
});

test("a log without a time is undated", () => {
  const { endTime } = { endTime: { seconds: 1_795_417_202 } };
  expect(only(log({ timing: {} })).undated).toBe(true);
  for (const timing of [{ endTime }, { startTime: endTime }]) {
    expect(only(log({ timing })).undated).toBeUndefined();
  }
});

test("a stream's first token, an error's status and message, a cancelled call", () => {
  const stream = { startTime: { seconds: 1_795_417_200 }, endTime: { seconds: 1_795_417_202 } };
  const streamed = only(
    log({ timing: { ...stream, timeToFirstToken: 300 }, providerResponse: { textBody: "" } }),
  );
  expect(streamed).toMatchObject({ ttftMs: 300, streaming: true, latencyMs: 2000, usage: null });

  const error = {
    error: { type: "requests", code: "rate_limit_exceeded", message: "slow sk-abc123456" },
  };
  expect(only(log({ providerResponse: { json: error, status: 429 } }))).toMatchObject({
    status: "error",
    statusCode: 429,
    usage: null,
    model: "gpt-4o-mini",
    failure: { type: "rate_limit_exceeded", message: "slow [key]" },
  });
  expect(only(log({ providerResponse: { textBody: "", status: -3 } }))).toMatchObject({
    statusCode: null,
    failure: { type: "cancelled" },
  });
});

test("who called may be told in meta, by headers of any case", () => {
  const providerRequest = {
    url: "custom-model-nopath",
    json: { model: "local" },
    meta: { "Helicone-User-Id": "bob", "Helicone-Property-Tenant": "9" },
  };
  expect(only(log({ providerRequest }), {})).toMatchObject({
    userId: "bob",
    provider: null,
    endpoint: null,
    attributes: { tenant: "9" },
  });
});

test("[D21] whatever is posted ends in a request, a refusal or a described error", () => {
  const part = fc.constantFrom("providerRequest", "providerResponse", "timing");
  const broken = fc
    .tuple(part, fc.jsonValue({ maxDepth: 3 }))
    .map(([name, value]) => JSON.stringify(log({ [name]: value })));
  const answers = fc
    .record({ json: fc.jsonValue(), textBody: fc.string(), status: fc.jsonValue() })
    .map((providerResponse) => JSON.stringify(log({ providerResponse })));
  fc.assert(
    fc.property(fc.oneof(broken, answers, fc.json(), fc.string()), (text) => {
      try {
        const { events, rejected } = readHeliconeBody(text, JSON.parse, headers, now);
        for (const event of events) {
          expect(Number.isFinite(event.created)).toBe(true);
          expect(event.latencyMs ?? 0).toBeGreaterThanOrEqual(0);
        }
        for (const { error } of rejected) expect(error).not.toBe("");
      } catch (error) {
        if (!(error instanceof SyntaxError)) expect(error).toBeInstanceOf(ReportsError);
      }
    }),
    { numRuns: runs(2000) },
  );
});
