import Anthropic from "@anthropic-ai/sdk";
import { describe, expect, it } from "vitest";
import { latch, startProxy } from "./proxy-harness.ts";

function clientAt(url: string): Anthropic {
  return new Anthropic({ baseURL: `${url}/anthropic`, apiKey: "key-secret-0001", maxRetries: 0 });
}

const call = {
  model: "claude-next",
  max_tokens: 64,
  messages: [{ role: "user" as const, content: "Say hello to the world" }],
};

const cached = { promptTokens: 100, cachedTokens: 60, cacheWriteTokens: 30 };
const usage = { input: 10, cacheRead: 60, cacheWrite: 30, output: 5, reasoning: 0 };

describe("the Anthropic SDK through the proxy", () => {
  it("a message: model, exclusive token buckets, status", async () => {
    const { url, intake, fake } = await startProxy(cached);
    const answer = await clientAt(url).messages.create({
      ...call,
      metadata: { user_id: "user-7" },
    });
    expect(answer.content[0]).toMatchObject({ type: "text", text: "Hello, wörld 🌍" });
    expect(await intake.event()).toMatchObject({
      model: "claude-sonnet-4-5-20250929",
      provider: "anthropic",
      status: "success",
      streaming: false,
      usage,
      usageQuality: "reported",
      finishReason: "end_turn",
      endpoint: "/v1/messages",
      userId: "user-7",
      responseId: "msg_01",
    });
    expect(fake.received[0]?.headers).toContain("Bearer key-secret-0001");
  });

  it("[P3] a message stream: cumulative usage is not added up", async () => {
    const { url, intake } = await startProxy(cached);
    const final = await clientAt(url).messages.stream(call).finalMessage();
    expect(final.content[0]).toMatchObject({ type: "text", text: "Hello, wörld 🌍" });
    const event = await intake.event();
    expect(event).toMatchObject({ status: "success", usage, usageQuality: "reported" });
    expect(event.ttftMs).not.toBeNull();
  });

  it("a tool call, streamed", async () => {
    const toolCall = { name: "weather", args: ['{"city":', '"Köln"}'] };
    const { url, intake } = await startProxy({ toolCall });
    const final = await clientAt(url).messages.stream(call).finalMessage();
    expect(final.content[0]).toMatchObject({ type: "tool_use", input: { city: "Köln" } });
    expect(await intake.event()).toMatchObject({ status: "success", finishReason: "tool_use" });
  });

  it("HTTP 529, its type and limits", async () => {
    const { url, intake } = await startProxy({
      status: 529,
      headers: {
        "anthropic-ratelimit-input-tokens-limit": "1000",
        "anthropic-ratelimit-input-tokens-remaining": "250",
        "anthropic-ratelimit-input-tokens-reset": "2026-01-02T03:04:05Z",
      },
      body: {
        type: "error",
        error: { type: "overloaded_error", message: "Overloaded" },
        request_id: "req_1",
      },
    });
    const answer = clientAt(url).messages.create(call);
    await expect(answer).rejects.toThrow(Anthropic.InternalServerError);
    expect(await intake.event()).toMatchObject({
      status: "error",
      statusCode: 529,
      failure: { type: "overloaded_error", message: "Overloaded" },
    });
    expect(intake.limits).toEqual([
      {
        endpoint: "anthropic claude-next input_tokens",
        limit: 1000,
        remaining: 250,
        percentage_used: 75,
        reset_time: Date.UTC(2026, 0, 2, 3, 4, 5),
        provider: "anthropic",
        unit: "input_tokens",
      },
    ]);
  });

  it("an error event within a stream keeps the reported input", async () => {
    const { url, intake } = await startProxy({ ...cached, errorAfter: 5 });
    const answer = clientAt(url).messages.stream(call).finalMessage();
    await expect(answer).rejects.toThrow("Overloaded");
    expect(await intake.event()).toMatchObject({
      status: "error",
      statusCode: 200,
      failure: { type: "overloaded_error" },
      usage: { input: 10, cacheRead: 60, cacheWrite: 30, output: 2 },
      usageQuality: "estimated",
    });
  });

  it("upstream killed mid-stream, and aborted by the caller", async () => {
    const never = latch();
    const { url, intake, fake } = await startProxy({ cutAfter: 6 });
    await expect(clientAt(url).messages.stream(call).finalMessage()).rejects.toThrow();
    expect(await intake.event(0)).toMatchObject({
      failure: { type: "upstream_disconnected" },
      usage: { output: 3 },
      usageQuality: "estimated",
    });
    fake.script = { gate: (piece) => (piece === 5 ? never.opened : undefined) };
    const stream = clientAt(url).messages.stream(call);
    stream.on("text", (_, text) => {
      if (text === "Hello") stream.abort();
    });
    await expect(stream.finalMessage()).rejects.toThrow(Anthropic.APIUserAbortError);
    expect(await intake.event(1)).toMatchObject({
      failure: { type: "cancelled" },
      usage: { input: 12, output: 2 },
      usageQuality: "estimated",
    });
    await fake.received[1]?.closed;
    expect(fake.received[1]?.aborted).toBe(true);
    never.open();
  });

  it("counting tokens passes and makes no event", async () => {
    const { url, intake, fake } = await startProxy({ body: { input_tokens: 9 } });
    const { model, messages } = call;
    const count = await clientAt(url).messages.countTokens({ model, messages });
    expect(count.input_tokens).toBe(9);
    expect(fake.received[0]?.url).toBe("/v1/messages/count_tokens");
    expect(intake.shown.length + intake.events.length).toBe(0);
  });

  it("an upstream that cannot be reached is explained", async () => {
    const { url, fake } = await startProxy();
    await fake.close();
    const answer = clientAt(url).messages.create(call);
    await expect(answer).rejects.toThrow(/Telltale could not get an answer from the upstream/);
  });
});
