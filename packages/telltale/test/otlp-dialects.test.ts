import { describe, expect, test } from "vitest";
import { decode, onlyRequest, span, spanEvent } from "./otlp-request.ts";

const model = "gpt-4o-mini";
const asked = { "gen_ai.system": "openai", "gen_ai.request.model": model };
const tokens = { "gen_ai.usage.input_tokens": 209, "gen_ai.usage.output_tokens": 17 };

const rolesOf = (list: readonly object[]): number => decode(list).events.length;

describe("operations in other words", () => {
  test.each([
    ["chat.completions", "chat"],
    ["chat.streaming_completions", "chat"],
    ["text.completions", "text_completion"],
    ["text.streaming_completions", "text_completion"],
    ["acompletion", "chat"],
    ["aresponses", "responses"],
    ["aembedding", "embeddings"],
  ])("%s is %s (Semantic Kernel, LiteLLM)", (operation, endpoint) => {
    const of = { ...asked, ...tokens, "gen_ai.operation.name": operation };
    expect(onlyRequest(of)).toMatchObject({ endpoint, usage: { input: 209, output: 17 } });
  });

  test("who names provider and model has called it, without any marker", () => {
    expect(onlyRequest({ ...asked, ...tokens })).toMatchObject({ endpoint: "chat", model });
    expect(onlyRequest(asked, { name: "Embeddings API" }).endpoint).toBe("embeddings");
    expect(onlyRequest({ ...asked, "error.type": "429" })).toMatchObject({ status: "error" });
  });

  test("one of both, or a workflow's mark beside both, is no call", () => {
    expect(
      rolesOf([
        span({ "gen_ai.request.model": model, "http.route": "/chat/completions" }),
        span({ "gen_ai.system": "openai", ...tokens }),
        span({ ...asked, "traceloop.span.kind": "workflow" }),
        span({ ...asked, "gen_ai.operation.name": "framework" }),
        span({ ...asked, "openinference.span.kind": "CHAIN" }),
      ]),
    ).toBe(0);
  });

  test("a frame that repeats the call within it counts once (ADK)", () => {
    const outer = span(
      { "gen_ai.system": "gcp.vertex.agent", "gen_ai.request.model": model, ...tokens },
      { spanId: "00000000000000b1", name: "call_llm" },
    );
    const inner = span(
      { "gen_ai.operation.name": "generate_content", "gen_ai.request.model": model, ...tokens },
      { parentSpanId: "00000000000000b1" },
    );
    expect(decode([outer, inner]).events).toMatchObject([{ endpoint: "generate_content" }]);
    expect(decode([inner]).events).toHaveLength(1);
    expect(decode([outer]).events).toMatchObject([{ provider: null }]);
  });
});

describe("tokens and costs in other words", () => {
  const chat = { ...asked, "gen_ai.operation.name": "chat" };

  test("OpenRouter's broadcast", () => {
    const of = {
      ...chat,
      "gen_ai.usage.input_tokens": 5_021,
      "gen_ai.usage.input_tokens.cached": 4_248,
      "gen_ai.usage.output_tokens": 263,
      "gen_ai.usage.output_tokens.reasoning": 37,
      "gen_ai.usage.total_tokens": 5_284,
      "gen_ai.usage.total_cost": 0.00270405,
    };
    expect(onlyRequest(of)).toMatchObject({
      usage: { input: 773, cacheRead: 4_248, cacheWrite: 0, output: 263, reasoning: 37 },
      cost: 0.00270405,
    });
  });

  test.each(["cache_write.input_tokens", "cache_write_input_tokens", "input_tokens.cache_write"])(
    "written to the cache: %s",
    (name) => {
      const of = { ...chat, ...tokens, [`gen_ai.usage.${name}`]: 200 };
      expect(onlyRequest(of).usage).toMatchObject({ input: 9, cacheWrite: 200 });
    },
  );

  test.each(["litellm.cost.total", "openrouter.cost"])("cost: %s", (name) => {
    expect(onlyRequest({ ...chat, [name]: 2.895e-5 }).cost).toBe(2.895e-5);
  });

  test("more reasoning than output is all of the output, unless it is Gemini's", () => {
    const of = {
      "gen_ai.operation.name": "chat",
      "gen_ai.request.model": "gpt-5-mini",
      "gen_ai.usage.input_tokens": 145,
      "gen_ai.usage.output_tokens": 81,
      "gen_ai.usage.reasoning_tokens": 102,
    };
    const whole = { output: 81, reasoning: 81 };
    const beside = { output: 183, reasoning: 102 };
    const by = (more: object): unknown => onlyRequest({ ...of, ...more }).usage;
    expect(by({ "gen_ai.provider.name": "openrouter.chat" })).toMatchObject(whole);
    expect(by({})).toMatchObject(whole);
    expect(by({ "gen_ai.provider.name": "gcp.gemini" })).toMatchObject(beside);
    expect(by({ "gen_ai.request.model": "gemini-2.5-flash" })).toMatchObject(beside);
    expect(by({ "gen_ai.request.model": "google/gemini-2.5-flash" })).toMatchObject(whole);
    const gemini = { "gen_ai.provider.name": "gcp.gemini" };
    expect(by({ ...gemini, "gen_ai.usage.total_tokens": 226 })).toMatchObject(whole);
    expect(by({ ...gemini, "gen_ai.usage.total_tokens": 328 })).toMatchObject(beside);
  });

  test("LiveKit's time to the first token is in seconds", () => {
    expect(onlyRequest({ ...chat, "lk.response.ttft": 0.25 }).ttftMs).toBe(250);
  });
});

describe("Genkit", () => {
  const answer = {
    message: { role: "model", content: [{ text: "usage" }] },
    usage: { inputTokens: 42, outputTokens: 17, totalTokens: 62, thoughtsTokens: 3 },
  };
  const of = {
    "genkit:type": "action",
    "genkit:metadata:subtype": "model",
    "genkit:name": "googleai/gemini-2.5-flash",
    "genkit:state": "success",
    "genkit:output": JSON.stringify(answer),
  };

  test("a model's action is a call", () => {
    expect(onlyRequest(of, { name: "googleai/gemini-2.5-flash" })).toMatchObject({
      endpoint: "chat",
      model: "gemini-2.5-flash",
      provider: "gcp.gemini",
      status: "success",
      usage: { input: 42, cacheRead: 0, cacheWrite: 0, output: 20, reasoning: 3 },
    });
  });

  test("a failed one is a failed call, with what was thrown", () => {
    const failed = { ...of, "genkit:state": "error", "genkit:output": "" };
    const thrown = { "exception.type": "GenkitError", "exception.message": "quota" };
    expect(onlyRequest(failed, { events: [spanEvent("exception", 5, thrown)] })).toMatchObject({
      status: "error",
      usage: null,
      failure: { type: "GenkitError", message: "quota" },
    });
  });

  test.each(["flow", "util", "prompt", "tool", undefined])("%s is no call", (subtype) => {
    const { "genkit:metadata:subtype": _, ...rest } = of;
    const other = subtype === undefined ? {} : { "genkit:metadata:subtype": subtype };
    expect(rolesOf([span({ ...rest, ...other })])).toBe(0);
  });
});

describe("MLflow", () => {
  const of = {
    "mlflow.traceRequestId": '"tr-1"',
    "mlflow.spanType": '"CHAT_MODEL"',
    "mlflow.llm.model": '"gpt-4o-mini"',
    "mlflow.llm.provider": '"openai"',
    "mlflow.chat.tokenUsage": '{"input_tokens": 20, "output_tokens": 5, "total_tokens": 25}',
  };

  test("a chat model's span is a call", () => {
    expect(onlyRequest(of)).toMatchObject({
      endpoint: "chat",
      model,
      provider: "openai",
      usage: { input: 20, cacheRead: 0, cacheWrite: 0, output: 5, reasoning: 0 },
    });
  });

  test("what it says in OpenTelemetry's words itself stays", () => {
    const own = { "gen_ai.operation.name": "text_completion", "gen_ai.request.model": "o4" };
    expect(onlyRequest({ ...of, ...own })).toMatchObject({
      endpoint: "text_completion",
      model: "o4",
    });
  });

  test.each(['"CHAIN"', '"AGENT"', '"TOOL"', '"UNKNOWN"'])("%s is no call", (type) => {
    expect(rolesOf([span({ ...of, "mlflow.spanType": type })])).toBe(0);
  });
});

describe("Claude Code", () => {
  const of = {
    "span.type": "llm_request",
    model: "claude-opus-5",
    "gen_ai.system": "anthropic",
    "gen_ai.request.model": "claude-opus-5",
    input_tokens: 8_002,
    output_tokens: 1_200,
    cache_read_tokens: 4_562,
    cache_creation_tokens: 7_096,
    ttft_ms: 350,
    success: true,
  };

  test("the cache stands beside the input, whatever is larger", () => {
    expect(onlyRequest(of, { name: "claude_code.llm_request" })).toMatchObject({
      endpoint: "chat",
      provider: "anthropic",
      ttftMs: 350,
      status: "success",
      usage: { input: 8_002, cacheRead: 4_562, cacheWrite: 7_096, output: 1_200, reasoning: 0 },
    });
  });

  test("a failure with its status and message", () => {
    const failed = { ...of, success: false, status_code: 529, error: "Overloaded" };
    expect(onlyRequest(failed, { name: "claude_code.llm_request" })).toMatchObject({
      status: "error",
      statusCode: 529,
      failure: { type: "529", message: "Overloaded" },
    });
  });

  test("an interaction and a tool are no calls", () => {
    const { events } = decode([
      span({ ...asked }, { name: "claude_code.interaction" }),
      span({ ...asked }, { name: "claude_code.tool" }),
    ]);
    expect(events).toEqual([]);
  });
});

test("attributes of any shape are read without harm", () => {
  const odd = [
    { "genkit:type": 5, "genkit:metadata:subtype": "model", "genkit:output": '{"usage":[1]}' },
    {
      "genkit:type": "action",
      "genkit:metadata:subtype": "model",
      "genkit:output": '{"usage":null}',
    },
    { "mlflow.spanType": { a: 1 }, "mlflow.chat.tokenUsage": "[1]" },
    { "mlflow.spanType": '"LLM"', "mlflow.chat.tokenUsage": '{"input_tokens":"x"}' },
  ].map((of) => span(of));
  const { events, rejectedSpans } = decode(odd);
  expect(rejectedSpans).toBe(0);
  expect(events.map(({ usage }) => usage)).toEqual([null, null, null]);
});
