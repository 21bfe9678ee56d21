import { describe, expect, test } from "vitest";
import type { RequestEvent } from "../src/event.ts";
import { decodeTraces } from "../src/ingest/otlp/traces.ts";
import {
  attributes,
  decode,
  onlyRequest,
  requestOf,
  span,
  spanEvent,
  startMs,
} from "./otlp-request.ts";

const chat = { "gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o" };
const llm = { "openinference.span.kind": "LLM", "llm.model_name": "gpt-4o" };

function usage(of: object): RequestEvent["usage"] {
  return onlyRequest({ ...chat, ...of }).usage;
}

describe("names of OpenTelemetry, new and old", () => {
  test("a whole call in the newest names", () => {
    const event = onlyRequest({
      ...chat,
      "gen_ai.provider.name": "azure.ai.openai",
      "gen_ai.response.model": "gpt-4o-2024-08-06",
      "gen_ai.response.id": "chatcmpl-7",
      "gen_ai.response.finish_reasons": ["stop"],
      "gen_ai.request.stream": true,
      "gen_ai.response.time_to_first_chunk": 0.25,
      "gen_ai.usage.input_tokens": 1_000,
      "gen_ai.usage.cache_read.input_tokens": 600,
      "gen_ai.usage.cache_creation.input_tokens": 100,
      "gen_ai.usage.output_tokens": 80,
      "gen_ai.usage.reasoning.output_tokens": 30,
      "user.id": "ada",
    });
    expect(event).toMatchObject({
      source: "otlp",
      model: "gpt-4o-2024-08-06",
      provider: "azure.ai.openai",
      status: "success",
      created: startMs,
      latencyMs: 1_500,
      ttftMs: 250,
      streaming: true,
      usage: { input: 300, cacheRead: 600, cacheWrite: 100, output: 80, reasoning: 30 },
      usageQuality: "reported",
      cost: null,
      failure: null,
      finishReason: "stop",
      endpoint: "chat",
      userId: "ada",
      service: "shop",
      responseId: "chatcmpl-7",
    });
  });

  test("a whole call in names before 1.27, as Traceloop sent them", () => {
    const event = onlyRequest(
      {
        "llm.request.type": "chat",
        "gen_ai.system": "OpenAI",
        "gen_ai.request.model": "gpt-4o",
        "gen_ai.usage.prompt_tokens": 100,
        "gen_ai.usage.completion_tokens": 12,
        "gen_ai.usage.cache_read_input_tokens": 64,
        "llm.usage.total_tokens": 112,
        "gen_ai.completion.0.finish_reason": "length",
        "llm.is_streaming": true,
        "traceloop.association.properties.user_id": "bob",
      },
      { name: "openai.chat", events: [spanEvent("gen_ai.content.completion.chunk", 400)] },
    );
    expect(event).toMatchObject({
      provider: "openai",
      usage: { input: 36, cacheRead: 64, cacheWrite: 0, output: 12, reasoning: 0 },
      finishReason: "length",
      streaming: true,
      ttftMs: 400,
      userId: "bob",
    });
  });

  test.each([
    ["az.ai.openai", "azure.ai.openai"],
    ["az.ai.inference", "azure.ai.inference"],
    ["vertex_ai", "gcp.vertex_ai"],
    ["gemini", "gcp.gemini"],
    ["xai", "x_ai"],
    ["Anthropic", "anthropic"],
    ["openai.chat", "openai"],
    ["openai.responses", "openai"],
    ["google.vertex.chat", "gcp.vertex_ai"],
    ["google.generative-ai", "gcp.gemini"],
    ["aws.bedrock", "aws.bedrock"],
    ["ibm.watsonx.ai", "ibm.watsonx.ai"],
    ["Langchain", null],
    ["my-gateway", "my-gateway"],
  ])("provider %s is %s", (sent, provider) => {
    expect(onlyRequest({ ...chat, "gen_ai.system": sent }).provider).toBe(provider);
  });
});

describe("other conventions", () => {
  test("[D23] LangChain's answers have the provider's id in the message", () => {
    const message = { id: ["langchain_core", "AIMessage"], kwargs: { id: "chatcmpl-7" } };
    const said = JSON.stringify({ text: '{"id":"msg_0"}', message });
    const output = (value: string) => onlyRequest({ ...llm, "output.value": value }).responseId;
    expect(output(`{"generations":[[${said}]]}`)).toBe("chatcmpl-7");
    expect(output('{"text":"{\\"id\\":\\"msg_0\\"}"}')).toBeNull();
  });

  test("LangSmith: the parts of the usage stand apart", () => {
    const event = onlyRequest({
      ...chat,
      "langsmith.span.kind": "llm",
      "gen_ai.usage.input_tokens": 100,
      "gen_ai.usage.output_tokens": 12,
      "gen_ai.usage.input_token_details": '{"cache_read":64,"audio":0}',
      "gen_ai.usage.output_token_details": '{"reasoning":4}',
    });
    const usage = { input: 36, cacheRead: 64, cacheWrite: 0, output: 12, reasoning: 4 };
    expect(event.usage).toEqual(usage);
  });

  test("OpenInference", () => {
    const event = onlyRequest(
      {
        ...llm,
        "llm.provider": "azure",
        "llm.system": "openai",
        "llm.token_count.prompt": 100,
        "llm.token_count.completion": 12,
        "llm.token_count.prompt_details.cache_read": 64,
        "llm.token_count.completion_details.reasoning": 4,
        "llm.cost.total": 0.0125,
        "llm.invocation_parameters": '{"stream":true,"user":"user-42"}',
        "output.value": '{"id":"chatcmpl-9","choices":[]}',
      },
      { events: [spanEvent("First Token Stream Event", 321)] },
    );
    expect(event).toMatchObject({
      model: "gpt-4o",
      provider: "azure.ai.openai",
      usage: { input: 36, cacheRead: 64, cacheWrite: 0, output: 12, reasoning: 4 },
      cost: 0.0125,
      streaming: true,
      ttftMs: 321,
      userId: "user-42",
      responseId: "chatcmpl-9",
      endpoint: "chat",
    });
  });

  test("OpenInference embeddings have input only", () => {
    const event = onlyRequest({
      "openinference.span.kind": "EMBEDDING",
      "embedding.model_name": "text-embedding-3-small",
      "llm.token_count.prompt": 8,
    });
    expect(event).toMatchObject({
      model: "text-embedding-3-small",
      endpoint: "embeddings",
      usage: { input: 8, output: 0 },
    });
  });

  test("OpenLIT", () => {
    const event = onlyRequest({
      ...chat,
      "gen_ai.request.is_stream": true,
      "gen_ai.server.time_to_first_token": 0.5,
      "gen_ai.usage.input_tokens": 10,
      "gen_ai.usage.output_tokens": 5,
      "gen_ai.usage.prompt_tokens_details.cached_tokens": 4,
      "gen_ai.usage.completion_tokens_details.reasoning_tokens": 2,
      "gen_ai.usage.cost": 0.002,
      "gen_ai.request.user": "cy",
    });
    expect(event).toMatchObject({
      usage: { input: 6, cacheRead: 4, output: 5, reasoning: 2 },
      ttftMs: 500,
      cost: 0.002,
      userId: "cy",
    });
  });

  test("a cost of zero is an instrumentation without a price", () => {
    expect(onlyRequest({ ...chat, "gen_ai.usage.cost": 0 }).cost).toBeNull();
  });

  test("Langfuse, whose buckets exclude each other", () => {
    const event = onlyRequest({
      "langfuse.observation.type": "generation",
      "langfuse.observation.model.name": "claude-sonnet-4-5",
      "langfuse.observation.usage_details":
        '{"input":36,"input_cached_tokens":64,"output":8,"output_reasoning_tokens":4}',
      "langfuse.observation.cost_details": '{"input":0.1,"total":0.3}',
      "langfuse.observation.completion_start_time": `"${new Date(startMs + 700).toISOString()}"`,
      "langfuse.user.id": "dee",
    });
    expect(event).toMatchObject({
      model: "claude-sonnet-4-5",
      usage: { input: 36, cacheRead: 64, cacheWrite: 0, output: 12, reasoning: 4 },
      cost: 0.3,
      ttftMs: 700,
      streaming: true,
      userId: "dee",
    });
  });

  test("Vercel AI SDK 7: only the innermost of agent, step and chat", () => {
    const tokens = { "gen_ai.usage.input_tokens": 100, "gen_ai.usage.output_tokens": 12 };
    const outer = "00000000000000a1";
    const step = "00000000000000a2";
    const { events, spans } = decode([
      span({ "gen_ai.operation.name": "invoke_agent", ...tokens }, { spanId: outer }),
      span({ "gen_ai.operation.name": "agent_step" }, { spanId: step, parentSpanId: outer }),
      span(
        { ...chat, ...tokens, "gen_ai.client.operation.time_to_first_chunk": 0.1 },
        { parentSpanId: step },
      ),
    ]);
    expect(spans).toBe(3);
    expect(events.map((event) => event.ttftMs)).toEqual([100]);
  });

  test.each([
    ["ai.streamText.doStream", "chat", true],
    ["ai.generateText.doGenerate", "chat", false],
    ["ai.embed.doEmbed", "embeddings", false],
  ])("Vercel AI SDK 5: %s is %s", (name, endpoint, streaming) => {
    const of = { "ai.operationId": name, "ai.model.id": "gpt-4o", "ai.usage.tokens": 5 };
    expect(onlyRequest(of, { name })).toMatchObject({ endpoint, streaming, model: "gpt-4o" });
  });

  test("a name alone is enough, and no attribute makes an outer span a call", () => {
    expect(decode([span({}, { name: "ai.generateText.doGenerate" })]).events).toHaveLength(1);
    for (const of of [
      { "ai.operationId": "ai.generateText" },
      { "gen_ai.operation.name": "invoke_workflow" },
      { "gen_ai.operation.name": "execute_tool" },
      { "openinference.span.kind": "CHAIN", "llm.token_count.prompt": 5 },
      { "openinference.span.kind": "AGENT" },
      { "langfuse.observation.type": "agent" },
      { "http.request.method": "POST" },
      {},
    ])
      expect(decode([span(of, { name: "POST" })])).toMatchObject({ events: [], rejectedSpans: 0 });
  });
});

describe("tokens", () => {
  test("[D5] without any, usage is unknown and never zero", () => {
    expect(onlyRequest(chat)).toMatchObject({ usage: null, usageQuality: "unknown" });
    expect(usage({ "gen_ai.usage.input_tokens": 0, "gen_ai.usage.output_tokens": 0 })).toBeNull();
    expect(usage({ "gen_ai.usage.output_tokens": 9 })).toBeNull();
    expect(usage({ "gen_ai.usage.input_tokens": -1, "gen_ai.usage.output_tokens": 9 })).toBeNull();
    expect(usage({ "gen_ai.usage.input_tokens": 1.5, "gen_ai.usage.output_tokens": 9 })).toBeNull();
  });

  test("the missing half follows from the total", () => {
    expect(
      usage({ "gen_ai.usage.output_tokens": 9, "gen_ai.usage.total_tokens": 20 }),
    ).toMatchObject({ input: 11, output: 9 });
  });

  test("cache counts above the input are beside it (Anthropic)", () => {
    expect(
      usage({
        "gen_ai.usage.input_tokens": 20,
        "gen_ai.usage.cache_read_input_tokens": 1_000,
        "gen_ai.usage.cache_creation_input_tokens": 200,
        "gen_ai.usage.output_tokens": 50,
      }),
    ).toEqual({ input: 20, cacheRead: 1_000, cacheWrite: 200, output: 50, reasoning: 0 });
  });

  test("a total that only adds up with the cache beside the input says so", () => {
    const of = {
      "gen_ai.usage.input_tokens": 1_000,
      "gen_ai.usage.cache_read_input_tokens": 300,
      "gen_ai.usage.output_tokens": 50,
    };
    expect(usage({ ...of, "gen_ai.usage.total_tokens": 1_050 })).toMatchObject({ input: 700 });
    expect(usage({ ...of, "gen_ai.usage.total_tokens": 1_350 })).toMatchObject({ input: 1_000 });
  });

  test("reasoning beside the output (Gemini) is added to it", () => {
    const of = {
      "gen_ai.usage.input_tokens": 10,
      "gen_ai.usage.output_tokens": 50,
      "gen_ai.usage.reasoning_tokens": 30,
    };
    expect(usage({ ...of, "gen_ai.usage.total_tokens": 60 })).toMatchObject({ output: 50 });
    expect(usage({ ...of, "gen_ai.usage.total_tokens": 90 })).toMatchObject({ output: 80 });
  });

  test("counts may be written as text or as whole doubles", () => {
    const list = [
      { key: "gen_ai.operation.name", value: { stringValue: "chat" } },
      { key: "gen_ai.usage.input_tokens", value: { stringValue: "7" } },
      { key: "gen_ai.usage.output_tokens", value: { doubleValue: 3 } },
    ];
    expect(decode([span({}, { attributes: list })]).events[0]?.usage).toMatchObject({
      input: 7,
      output: 3,
    });
  });
});

describe("time to first token", () => {
  test("the newest source wins", () => {
    const of = {
      ...chat,
      "gen_ai.response.time_to_first_chunk": 0.1,
      "gen_ai.client.operation.time_to_first_chunk": 0.2,
      "ai.response.msToFirstChunk": 300,
    };
    expect(onlyRequest(of).ttftMs).toBe(100);
  });

  test("one after the end is in another unit, one of a whole answer is none", () => {
    expect(onlyRequest({ ...chat, "gen_ai.response.time_to_first_chunk": 250 }).ttftMs).toBeNull();
    const whole = { ...chat, "gen_ai.request.stream": false, "gen_ai.server.ttft": 0.4 };
    expect(onlyRequest(whole)).toMatchObject({ ttftMs: null, streaming: false });
  });
});

describe("failures", () => {
  test("type, message and stack of the exception, status of the response", () => {
    const exception = spanEvent("exception", 900, {
      "exception.type": "AI_APICallError",
      "exception.message": "Too many requests",
      "exception.stacktrace": "AI_APICallError: …",
    });
    const event = onlyRequest(
      { ...chat, "http.response.status_code": 429 },
      { status: { code: 2 }, events: [exception] },
    );
    expect(event).toMatchObject({
      status: "error",
      statusCode: 429,
      failure: {
        type: "AI_APICallError",
        message: "Too many requests",
        stack: "AI_APICallError: …",
      },
    });
  });

  test.each([
    [{ "error.type": "RateLimitError" }, "429 Rate limit reached", "RateLimitError", 429],
    [{ "error.type": "429" }, "", "429", 429],
    [{ "error.type": "_OTHER" }, "Error code: 500 - {…}", "500", 500],
    [{ "error.type": "timeout" }, "", "timeout", null],
    [{ "error.type": "APIUserAbortError" }, "", "cancelled", null],
    [{ "error.type": "asyncio.CancelledError" }, "", "cancelled", null],
    [{}, "", "error", null],
  ])("%j with %j", (of, message, type, statusCode) => {
    const event = onlyRequest({ ...chat, ...of }, { status: { code: 2, message } });
    expect([event.failure?.type, event.statusCode]).toEqual([type, statusCode]);
  });

  test("a failure in Langfuse's or the AI SDK's own words, beside a status that is unset", () => {
    const langfuse = {
      "langfuse.observation.type": "generation",
      "langfuse.observation.level": "ERROR",
      "langfuse.observation.status_message": "429 Rate limit reached",
    };
    expect(onlyRequest(langfuse)).toMatchObject({
      status: "error",
      statusCode: 429,
      failure: { message: "429 Rate limit reached" },
    });
    const warned = { ...langfuse, "langfuse.observation.level": "WARNING" };
    expect(onlyRequest(warned).status).toBe("success");
    expect(onlyRequest({ ...chat, "gen_ai.response.finish_reasons": ["error"] })).toMatchObject({
      status: "error",
      failure: { type: "error" },
    });
  });

  test("a stack written behind the message is no part of it", () => {
    const message = "429 Slow down\n\n    at APIError.generate (error.mjs:59:20)\n    at run";
    expect(onlyRequest(chat, { status: { code: 2, message } }).failure).toEqual({
      type: "429",
      message: "429 Slow down",
      stack: message,
    });
  });

  test("an exception in a span that did not fail was survived", () => {
    expect(onlyRequest(chat, { events: [spanEvent("exception", 5)] }).status).toBe("success");
  });

  test("long texts are cut", () => {
    const event = onlyRequest(chat, { status: { code: 2, message: "x".repeat(100_000) } });
    expect(event.failure?.message.length).toBe(2_000);
  });
});

describe("callers and times", () => {
  test("a service that nobody named is unknown", () => {
    const { events } = decode([span(chat)], { "service.name": "unknown_service:node" });
    expect(events[0]?.service).toBeNull();
  });

  test("an end before the start leaves the latency unknown", () => {
    const event = onlyRequest(chat, { endTimeUnixNano: `${startMs - 5}000000` });
    expect(event).toMatchObject({ created: startMs, latencyMs: null });
  });

  test("a call that names no model is counted", () => {
    expect(onlyRequest({ "gen_ai.operation.name": "chat" }).model).toBe("unknown");
  });

  test("keys of the sender's choosing stay data", () => {
    const list = attributes({ ...chat }).concat(
      JSON.parse('{"key":"__proto__","value":{"kvlistValue":{"values":[{"key":"polluted"}]}}}'),
      JSON.parse(
        '{"key":"metadata","value":{"stringValue":"{\\"__proto__\\":{\\"polluted\\":1}}"}}',
      ),
    );
    const { events } = decode([span({}, { attributes: list })]);
    expect(events).toHaveLength(1);
    expect(Object.hasOwn(Object.prototype, "polluted")).toBe(false);
    expect(Reflect.get(events[0] ?? {}, "polluted")).toBeUndefined();
  });

  test("a field that is only inherited is not read", () => {
    const body = JSON.stringify(requestOf([span(chat)])).replace(
      '"resourceSpans"',
      '"__proto__":{"resourceSpans":[]},"other"',
    );
    expect(() => decodeTraces(Buffer.from(body), "json")).toThrow(/with resourceSpans/);
  });
});

test("the tier, and labels of the caller's own, under whatever prefix", () => {
  const event = onlyRequest({
    "gen_ai.operation.name": "chat",
    "gen_ai.request.model": "gpt-4o",
    "gen_ai.openai.response.service_tier": "flex",
    "gen_ai.conversation.id": "c-1",
    "traceloop.association.properties.feature": "search",
    "traceloop.association.properties.user_id": "ada",
    "ai.telemetry.metadata.tenant": 9,
    metadata: JSON.stringify({ beta: true, nested: { no: 1 } }),
  });
  expect(event).toMatchObject({ userId: "ada", serviceTier: "flex" });
  expect(event.attributes).toEqual({
    conversation: "c-1",
    feature: "search",
    tenant: "9",
    beta: "true",
  });
});
