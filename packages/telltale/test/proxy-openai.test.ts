import OpenAI from "openai";
import { describe, expect, it } from "vitest";
import { chatCall, latch, startProxy } from "./proxy-harness.ts";

function clientAt(url: string): OpenAI {
  return new OpenAI({ baseURL: `${url}/openai/v1`, apiKey: "sk-test-secret-0001", maxRetries: 0 });
}

const messages = [{ role: "user" as const, content: "Say hello to the world" }];
const model = "gpt-4o-mini";

describe("the OpenAI SDK through the proxy", () => {
  it("[P3] chat: the answer, and its model, tokens and status", async () => {
    const script = { promptTokens: 100, cachedTokens: 64, reasoningTokens: 7 };
    const { url, intake } = await startProxy(script);
    const answer = await clientAt(url).chat.completions.create({ model, messages, user: "ada" });
    expect(answer.choices[0]?.message.content).toBe("Hello, wörld 🌍");
    expect(await intake.event()).toMatchObject({
      id: "proxy-id-1",
      source: "proxy",
      model: "gpt-4o-mini-2024-07-18",
      provider: "openai",
      status: "success",
      streaming: false,
      ttftMs: null,
      usage: { input: 36, cacheRead: 64, cacheWrite: 0, output: 12, reasoning: 7 },
      usageQuality: "reported",
      failure: null,
      statusCode: 200,
      finishReason: "stop",
      endpoint: "/v1/chat/completions",
      userId: "ada",
      responseId: "chatcmpl-1",
    });
  });

  it("[P2] chat stream: usage is had though the caller did not ask, who sees nothing of it", async () => {
    const { url, intake, fake } = await startProxy();
    const stream = await clientAt(url).chat.completions.create({ model, messages, stream: true });
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk);
    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? "").join("")).toBe(
      "Hello, wörld 🌍",
    );
    expect(chunks.every((chunk) => !("usage" in chunk) && chunk.choices.length === 1)).toBe(true);
    expect(JSON.parse(String(fake.received[0]?.body))).toMatchObject({
      stream_options: { include_usage: true },
    });
    const event = await intake.event();
    expect(event).toMatchObject({
      status: "success",
      streaming: true,
      usage: { input: 12, cacheRead: 0, cacheWrite: 0, output: 5, reasoning: 0 },
      usageQuality: "reported",
      finishReason: "stop",
    });
    expect(event.ttftMs).toBeGreaterThan(0);
    expect(event.latencyMs).toBeGreaterThan(event.ttftMs ?? Number.POSITIVE_INFINITY);
  });

  it("chat stream: usage that the caller asked for arrives", async () => {
    const { url } = await startProxy();
    const stream = await clientAt(url).chat.completions.create({
      model,
      messages,
      stream: true,
      stream_options: { include_usage: true },
    });
    const usages = [];
    for await (const chunk of stream) usages.push(chunk.usage);
    expect(usages.slice(0, -1).every((usage) => usage === null)).toBe(true);
    expect(usages.at(-1)).toMatchObject({ prompt_tokens: 12, completion_tokens: 5 });
  });

  it("tool calls arrive whole, streamed and not", async () => {
    const toolCall = { name: "weather", args: ['{"city":', '"Kö', 'ln"}'] };
    const { url, intake } = await startProxy({ toolCall });
    const client = clientAt(url);
    const whole = await client.chat.completions.create({ model, messages });
    expect(whole.choices[0]?.message.tool_calls?.[0]).toMatchObject({
      function: { name: "weather", arguments: '{"city":"Köln"}' },
    });
    const stream = client.chat.completions.stream({ model, messages });
    const final = await stream.finalChatCompletion();
    expect(final.choices[0]?.message.tool_calls?.[0]).toMatchObject({
      function: { name: "weather", arguments: '{"city":"Köln"}' },
    });
    expect(await intake.event(1)).toMatchObject({ status: "success", finishReason: "tool_calls" });
    expect(intake.events[1]?.ttftMs).not.toBeNull();
  });

  it("responses, streamed and not", async () => {
    const { url, intake } = await startProxy({
      promptTokens: 50,
      cachedTokens: 20,
      reasoningTokens: 4,
    });
    const client = clientAt(url);
    const whole = await client.responses.create({ model: "gpt-5", input: "Hello" });
    expect(whole.output_text).toBe("Hello, wörld 🌍");
    const stream = await client.responses.create({ model: "gpt-5", input: "Hello", stream: true });
    let text = "";
    for await (const event of stream) {
      if (event.type === "response.output_text.delta") text += event.delta;
    }
    expect(text).toBe("Hello, wörld 🌍");
    for (const index of [0, 1]) {
      expect(await intake.event(index)).toMatchObject({
        model: "gpt-5-2025-08-07",
        status: "success",
        usage: { input: 30, cacheRead: 20, cacheWrite: 0, output: 9, reasoning: 4 },
        usageQuality: "reported",
        finishReason: "completed",
        responseId: "resp_1",
      });
    }
    expect(intake.events[1]?.ttftMs).not.toBeNull();
  });

  it("embeddings and legacy completions", async () => {
    const { url, intake } = await startProxy();
    const client = clientAt(url);
    const vectors = await client.embeddings.create({
      model: "text-embedding-3-small",
      input: "x",
      encoding_format: "float",
    });
    expect(vectors.data[0]?.embedding).toEqual([0.25, -0.5, 1e-7]);
    expect((await intake.event(0)).usage).toMatchObject({ input: 12, output: 0 });
    const stream = await client.completions.create({ model: "m", prompt: "x", stream: true });
    let text = "";
    for await (const chunk of stream) text += chunk.choices[0]?.text ?? "";
    expect(text).toBe("Hello, wörld 🌍");
    expect(await intake.event(1)).toMatchObject({
      usage: { input: 12, output: 5 },
      finishReason: "length",
    });
  });

  it("the list of models passes and makes no event", async () => {
    const { url, intake, fake } = await startProxy();
    const list = await clientAt(url).models.list();
    expect(list.data[0]?.id).toBe("m");
    expect(fake.received[0]?.url).toBe("/v1/models");
    await clientAt(url).chat.completions.create({ model, messages });
    expect(await intake.event()).toMatchObject({ endpoint: "/v1/chat/completions" });
    expect(intake.events.length).toBe(1);
  });

  it("HTTP 429: the SDK's own error, the provider's code, the limits", async () => {
    const { url, intake } = await startProxy({
      status: 429,
      headers: {
        "x-ratelimit-limit-requests": "60",
        "x-ratelimit-remaining-requests": "15",
        "x-ratelimit-reset-requests": "1m30s",
        "retry-after": "2",
      },
      body: {
        error: { message: "Rate limit reached", type: "requests", code: "rate_limit_exceeded" },
      },
    });
    const call = clientAt(url).chat.completions.create({ model, messages });
    await expect(call).rejects.toThrow(OpenAI.RateLimitError);
    await expect(call).rejects.toMatchObject({ status: 429, code: "rate_limit_exceeded" });
    expect(await intake.event()).toMatchObject({
      model,
      status: "error",
      statusCode: 429,
      failure: { type: "rate_limit_exceeded", message: "Rate limit reached" },
      usage: null,
      usageQuality: "unknown",
    });
    expect(intake.limits).toMatchObject([
      { endpoint: "openai gpt-4o-mini requests", limit: 60, remaining: 15, percentage_used: 75 },
    ]);
  });

  it("HTTP 500: the SDK's own error, the status as type", async () => {
    const { url, intake } = await startProxy({ status: 500, body: "<h1>Oops</h1>" });
    const call = clientAt(url).chat.completions.create({ model, messages });
    await expect(call).rejects.toThrow(OpenAI.InternalServerError);
    expect(await intake.event()).toMatchObject({
      status: "error",
      statusCode: 500,
      failure: { type: "500" },
    });
  });

  it("[P4] aborted by the caller: the upstream is let go, the event says so with an estimate", async () => {
    const never = latch();
    const { url, intake, fake } = await startProxy({
      gate: (piece) => (piece === 4 ? never.opened : undefined),
    });
    const stream = await clientAt(url).chat.completions.create({ model, messages, stream: true });
    let deltas = 0;
    for await (const chunk of stream) {
      if (chunk.choices[0]?.delta.content) deltas++;
      if (deltas === 3) stream.controller.abort();
    }
    const event = await intake.event();
    expect(event).toMatchObject({
      status: "error",
      failure: { type: "cancelled" },
      finishReason: "cancelled",
      usage: { input: 7, output: 3 },
      usageQuality: "estimated",
    });
    expect(event.ttftMs).not.toBeNull();
    await fake.received[0]?.closed;
    expect(fake.received[0]?.aborted).toBe(true);
    never.open();
  });

  it("aborted before the answer began", async () => {
    const never = latch();
    const { url, intake, fake } = await startProxy({ gate: () => never.opened });
    const stop = new AbortController();
    const call = clientAt(url).chat.completions.create(
      { model, messages },
      { signal: stop.signal },
    );
    const received = await fake.arrived(0);
    stop.abort();
    await expect(call).rejects.toThrow(OpenAI.APIUserAbortError);
    expect(await intake.event()).toMatchObject({
      status: "error",
      failure: { type: "cancelled" },
      statusCode: null,
    });
    await received.closed;
    expect(received.aborted).toBe(true);
    never.open();
  });

  it("[P4] upstream killed mid-stream: the caller's stream breaks, the event says so", async () => {
    const { url, intake } = await startProxy({ cutAfter: 4 });
    const stream = await clientAt(url).chat.completions.create({ model, messages, stream: true });
    let text = "";
    const reading = (async () => {
      for await (const chunk of stream) text += chunk.choices[0]?.delta.content ?? "";
    })();
    await expect(reading).rejects.toThrow();
    expect(text).toBe("Hello, ");
    expect(await intake.event()).toMatchObject({
      status: "error",
      statusCode: 200,
      failure: { type: "upstream_disconnected" },
      usage: { input: 7, output: 3 },
      usageQuality: "estimated",
    });
  });

  it("an error event within a stream", async () => {
    const { url, intake } = await startProxy({ errorAfter: 3 });
    const stream = await clientAt(url).chat.completions.create({ model, messages, stream: true });
    const reading = (async () => {
      for await (const _ of stream);
    })();
    await expect(reading).rejects.toThrow("The engine died");
    expect(await intake.event()).toMatchObject({
      status: "error",
      statusCode: 200,
      failure: { type: "server_error", message: "The engine died" },
      usage: { output: 2 },
      usageQuality: "estimated",
    });
  });

  it("a stream that ends well but too early is no success", async () => {
    const { url, intake } = await startProxy({ endAfter: 3 });
    const stream = await clientAt(url).chat.completions.create({ model, messages, stream: true });
    for await (const _ of stream);
    expect(await intake.event()).toMatchObject({
      status: "error",
      failure: { type: "incomplete_stream" },
      usageQuality: "estimated",
    });
  });

  it("an answer without usage has unknown usage, not none", async () => {
    const { url, intake } = await startProxy({ usage: "never" });
    const client = clientAt(url);
    await client.chat.completions.create({ model, messages });
    const stream = await client.chat.completions.create({ model, messages, stream: true });
    for await (const _ of stream);
    for (const index of [0, 1]) {
      expect(await intake.event(index)).toMatchObject({
        status: "success",
        usage: null,
        usageQuality: "unknown",
      });
    }
  });

  it("an upstream that cannot be reached is explained in the SDK's error", async () => {
    const { url, intake, fake } = await startProxy();
    await fake.close();
    const call = clientAt(url).chat.completions.create({ model, messages });
    await expect(call).rejects.toThrow(
      /^502 Telltale could not get an answer from the upstream "openai" at http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)\. Check/,
    );
    expect(await intake.event()).toMatchObject({
      status: "error",
      statusCode: null,
      failure: { type: "ECONNREFUSED" },
    });
  });

  it("[P5] the key reaches the upstream and nothing else", async () => {
    const { url, intake, fake, log } = await startProxy({
      status: 401,
      body: {
        error: { message: "Incorrect API key: sk-test-secret-0001", code: "invalid_api_key" },
      },
    });
    const call = clientAt(url).chat.completions.create({ model, messages });
    await expect(call).rejects.toThrow("sk-test-secret-0001");
    expect(fake.received[0]?.headers).toContain("Bearer sk-test-secret-0001");
    const event = await intake.event();
    expect(event.failure).toEqual({ type: "invalid_api_key", message: "Incorrect API key: [key]" });
    expect(JSON.stringify([intake.shown, intake.events, log])).not.toContain("secret");
    expect(JSON.stringify([intake.shown, intake.events, log])).not.toContain("hello");
    expect(chatCall.messages[0]?.content).toContain("hello");
  });
});
