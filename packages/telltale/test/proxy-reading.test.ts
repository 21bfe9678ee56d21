import { describe, expect, it } from "vitest";
import { type Dialect, dialectOf } from "../src/ingest/proxy/endpoint.ts";
import { rateLimitsIn, resetTime } from "../src/ingest/proxy/rate-limits.ts";
import { readBody } from "../src/ingest/proxy/read-answer.ts";
import { emptyReading, reportedUsage } from "../src/ingest/proxy/reading.ts";
import { factsOf } from "../src/ingest/proxy/request-facts.ts";

function usageIn(usage: unknown, dialect: Dialect = "chat"): unknown {
  const reading = emptyReading();
  readBody(reading, dialect, 200, Buffer.from(JSON.stringify({ usage, choices: [] })));
  const found = reportedUsage(reading);
  return found && [found.input, found.cacheRead, found.cacheWrite, found.output, found.reasoning];
}

describe("usage in exclusive buckets: input, cache read, cache write, output, reasoning", () => {
  const cases: [string, unknown, number[] | null][] = [
    ["OpenAI", { prompt_tokens: 10, completion_tokens: 5, total_tokens: 15 }, [10, 0, 0, 5, 0]],
    [
      "cached and reasoning tokens once",
      {
        prompt_tokens: 100,
        completion_tokens: 50,
        total_tokens: 150,
        prompt_tokens_details: { cached_tokens: 80, cache_write_tokens: 15 },
        completion_tokens_details: { reasoning_tokens: 40 },
      },
      [5, 80, 15, 50, 40],
    ],
    [
      "DeepSeek",
      { prompt_tokens: 9, completion_tokens: 1, prompt_cache_hit_tokens: 8 },
      [1, 8, 0, 1, 0],
    ],
    ["Moonshot", { prompt_tokens: 9, completion_tokens: 1, cached_tokens: 8 }, [1, 8, 0, 1, 0]],
    [
      "xAI, whose reasoning is not in the completion",
      {
        prompt_tokens: 10,
        completion_tokens: 5,
        total_tokens: 35,
        completion_tokens_details: { reasoning_tokens: 20 },
      },
      [10, 0, 0, 25, 20],
    ],
    ["only a total", { prompt_tokens: 10, total_tokens: 14 }, [10, 0, 0, 4, 0]],
    [
      "more cached than there is",
      { prompt_tokens: 5, completion_tokens: 1, cached_tokens: 9 },
      [0, 5, 0, 1, 0],
    ],
    ["negative", { prompt_tokens: -1, completion_tokens: 5 }, null],
    ["fractions", { prompt_tokens: 1.5, completion_tokens: 5 }, null],
    ["texts", { prompt_tokens: "10", completion_tokens: "5" }, null],
    ["null", null, null],
    ["a list", [1, 2], null],
  ];
  for (const [what, usage, expected] of cases) {
    it(what, () => expect(usageIn(usage)).toEqual(expected));
  }

  it("Anthropic, whose input excludes the cache", () => {
    const usage = {
      input_tokens: 3,
      cache_read_input_tokens: 80,
      cache_creation_input_tokens: 15,
      output_tokens: 7,
    };
    expect(usageIn(usage, "messages")).toEqual([3, 80, 15, 7, 0]);
  });

  it("Groq's envelope and OpenRouter's cost", () => {
    const reading = emptyReading();
    const usage = { prompt_tokens: 1, completion_tokens: 2, cost: 0.00125 };
    readBody(reading, "chat", 200, Buffer.from(JSON.stringify({ x_groq: { usage } })));
    expect([reading.input?.input, reading.output, reading.cost]).toEqual([1, 2, 0.00125]);
  });

  it("found behind megabytes of vectors", () => {
    const data = `[{"embedding":[${"0.125,".repeat(400_000)}0]}]`;
    const body = `{"data":${data},"model":"e","usage":{"prompt_tokens":8,"total_tokens":8}}`;
    const reading = emptyReading();
    readBody(reading, "embeddings", 200, Buffer.from(body));
    expect([reading.model, reportedUsage(reading)?.input]).toEqual(["e", 8]);
  });
});

describe("which calls count", () => {
  const cases: [string, string, Dialect | null][] = [
    ["POST", "/v1/chat/completions", "chat"],
    ["POST", "/v1/chat/completions/?x=1", "chat"],
    ["POST", "/openai/deployments/gpt/chat/completions?api-version=2024-10-21", "chat"],
    ["POST", "/chat/completions", "chat"],
    ["POST", "/v1/completions", "completions"],
    ["POST", "/v1/responses", "responses"],
    ["POST", "/v1/embeddings", "embeddings"],
    ["POST", "/v1/messages", "messages"],
    ["POST", "/api/v1/messages", "messages"],
    ["POST", "/v1/messages/count_tokens", null],
    ["POST", "/v1/messages/batches", null],
    ["POST", "/v1/threads/t/messages", null],
    ["POST", "/v1/responses/resp_1/cancel", null],
    ["POST", "/v1/xcompletions", null],
    ["GET", "/v1/chat/completions", null],
    ["GET", "/v1/models", null],
  ];
  for (const [method, path, dialect] of cases) {
    it(`${method} ${path}`, () => expect(dialectOf(method, path)).toBe(dialect));
  }
});

describe("what a request says", () => {
  const facts = (call: unknown): ReturnType<typeof factsOf> =>
    factsOf(Buffer.from(JSON.stringify(call)));

  it("who asks: user, then safety identifier, then metadata", () => {
    const metadata = { user_id: "c" };
    expect(facts({ user: "a", safety_identifier: "b", metadata }).userId).toBe("a");
    expect(facts({ safety_identifier: "b", metadata }).userId).toBe("b");
    expect(facts({ metadata }).userId).toBe("c");
    expect(facts({ user: 7 }).userId).toBeNull();
  });

  it("how long the prompt is, in texts, pictures left out", () => {
    const picture = {
      type: "image_url",
      image_url: { url: `data:image/png;base64,${"A".repeat(9_000)}` },
    };
    const content = [{ type: "text", text: "x".repeat(388) }, picture];
    const call = { messages: [{ role: "user", content }] };
    // 388 of text, and "user", "text" and "image_url" with four, four and nine letters.
    expect(facts(call).promptTokens).toBe(Math.ceil((388 + 4 + 4 + 9) / 4));
    expect(facts({ input: "世".repeat(1_000) }).promptTokens).toBe(750);
    expect(facts({ stream: true, temperature: 1 }).promptTokens).toBe(0);
  });
});

describe("rate limits", () => {
  const now = 1_700_000_000_000;

  it("how long until the reset", () => {
    const cases: [string, number][] = [
      ["12ms", 12],
      ["1s", 1_000],
      ["6m0s", 360_000],
      ["1h2m3.5s", 3_723_500],
      ["7.66s", 7_660],
      ["1d", 86_400_000],
      ["30", 30_000],
      ["soon", 0],
      ["-1", 0],
    ];
    for (const [text, ms] of cases) expect(resetTime(text, now)).toBe(now + ms);
    expect(resetTime("2026-01-02T03:04:05Z", now)).toBe(Date.UTC(2026, 0, 2, 3, 4, 5));
    expect(resetTime(null, now)).toBe(now);
  });

  it("negative, missing and senseless ones are left out", () => {
    const lines = (limit: string, remaining: string): string[] => [
      "X-RateLimit-Limit-Tokens",
      limit,
      "x-ratelimit-remaining-tokens",
      remaining,
    ];
    expect(rateLimitsIn(lines("100", "-1"), "a", "p", now)).toEqual([]);
    expect(rateLimitsIn(lines("-1", "5"), "a", "p", now)).toEqual([]);
    expect(rateLimitsIn(lines("0", "0"), "a", "p", now)).toEqual([]);
    expect(rateLimitsIn(lines("lots", "5"), "a", "p", now)).toEqual([]);
    expect(rateLimitsIn([], "a", "p", now)).toEqual([]);
    expect(rateLimitsIn(lines("100", "150"), "a", "p", now)).toMatchObject([
      { endpoint: "a tokens", percentage_used: 0, reset_time: now, unit: "tokens" },
    ]);
  });
});
