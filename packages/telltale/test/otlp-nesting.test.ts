import { describe, expect, test } from "vitest";
import { decode, type SpanInput, span, spanEvent } from "./otlp-request.ts";

const chat = { "gen_ai.operation.name": "chat", "gen_ai.request.model": "gpt-4o" };
const framework = { "openinference.span.kind": "LLM", "llm.model_name": "gpt-4o" };
const tokens = { "gen_ai.usage.input_tokens": 100, "gen_ai.usage.output_tokens": 12 };

function id(n: number): string {
  return n.toString(16).padStart(16, "f");
}

function at(n: number, parent?: number, input: SpanInput = {}): SpanInput {
  return { spanId: id(n), ...(parent === undefined ? {} : { parentSpanId: id(parent) }), ...input };
}

function counted(...spans: object[]): (string | undefined)[] {
  return decode(spans).events.map((event) => event.id.split("-")[2]);
}

describe("two instrumentations of one call", () => {
  test("are one request, of the inner span, completed by the outer", () => {
    const { events, spans, rejectedSpans } = decode([
      span({ ...chat, ...tokens }, at(2, 1)),
      span(
        {
          ...framework,
          "llm.token_count.prompt": 100,
          "llm.token_count.completion": 12,
          "llm.token_count.prompt_details.cache_read": 64,
          "user.id": "ada",
        },
        at(1, undefined, { events: [spanEvent("First Token Stream Event", 200)] }),
      ),
    ]);
    expect({ spans, rejectedSpans }).toEqual({ spans: 2, rejectedSpans: 0 });
    expect(events).toHaveLength(1);
    expect(events[0]).toMatchObject({
      id: expect.stringContaining(id(2)),
      usage: { input: 36, cacheRead: 64, output: 12 },
      userId: "ada",
      ttftMs: 200,
      streaming: true,
    });
  });

  test("with spans between them, in any order", () => {
    const between = span({ "openinference.span.kind": "CHAIN" }, at(2, 1));
    const spans = [span(framework, at(1)), between, span(chat, at(3, 2))];
    expect(counted(...spans)).toEqual([id(3)]);
    expect(counted(...spans.reverse())).toEqual([id(3)]);
  });

  test("an outer span around a retry is two calls, and lends its tokens to neither", () => {
    const { events } = decode([
      span({ ...framework, "llm.token_count.prompt": 9, "llm.token_count.completion": 9 }, at(1)),
      span({ ...chat, "error.type": "429" }, at(2, 1)),
      span(chat, at(3, 1)),
    ]);
    expect(events.map((event) => [event.status, event.usage])).toEqual([
      ["error", null],
      ["success", null],
    ]);
  });

  test("three deep is still one", () => {
    expect(
      counted(span(framework, at(1)), span(framework, at(2, 1)), span(chat, at(3, 2))),
    ).toEqual([id(3)]);
  });
});

describe("calls that are not the same", () => {
  test("a tool within a call makes calls of its own", () => {
    const tool = span({ "gen_ai.operation.name": "execute_tool" }, at(2, 1));
    expect(counted(span(chat, at(1)), tool, span(chat, at(3, 2)))).toEqual([id(1), id(3)]);
  });

  test("an embedding within a chat", () => {
    const embed = span({ "gen_ai.operation.name": "embeddings" }, at(2, 1));
    expect(counted(span(chat, at(1)), embed)).toEqual([id(1), id(2)]);
  });

  test("equal span ids in different traces", () => {
    const other = { traceId: "1".repeat(32) };
    expect(counted(span(chat, at(1)), span(chat, at(2, 1, other)))).toEqual([id(1), id(2)]);
  });

  test("an inner span that is rejected does not hide the outer", () => {
    const { events, rejectedSpans } = decode([
      span(chat, at(1)),
      span(chat, at(2, 1, { startTimeUnixNano: "0" })),
    ]);
    expect([events.length, rejectedSpans]).toEqual([1, 1]);
  });

  test("parents in a circle hide nothing, and end", () => {
    expect(counted(span(chat, at(1, 2)), span(chat, at(2, 1)), span(chat, at(3, 3)))).toHaveLength(
      3,
    );
  });
});
