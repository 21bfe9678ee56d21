import { calcPrice } from "@pydantic/genai-prices";
import fc from "@telltale/testkit/properties";
import { describe, expect, test } from "vitest";
import { type RequestEvent, type TokenUsage, unknownRequest } from "../src/event.ts";
import { createPricing } from "../src/pricing/pricing.ts";

const pricing = createPricing();
const none: TokenUsage = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0 };

function call(model: string, of: Partial<RequestEvent> = {}): RequestEvent {
  return {
    ...unknownRequest,
    id: "1",
    source: "native",
    model,
    status: "success",
    created: Date.UTC(2026, 10, 1, 12),
    usage: none,
    ...of,
  };
}

/** The library's own answer, which knows nothing of our buckets or cache. */
function listed(
  event: RequestEvent,
  model = event.model,
  providerId = event.provider,
): number | null {
  const usage = event.usage ?? none;
  const counts = {
    input_tokens: usage.input + usage.cacheRead + usage.cacheWrite,
    cache_read_tokens: usage.cacheRead,
    cache_write_tokens: usage.cacheWrite,
    output_tokens: usage.output,
    output_reasoning_tokens: usage.reasoning,
  };
  const timestamp = new Date(event.created);
  const options = providerId === null ? { timestamp } : { timestamp, providerId };
  return calcPrice(counts, model, options)?.total_price ?? null;
}

describe("what a call costs", () => {
  const usage = { input: 300, cacheRead: 600, cacheWrite: 0, output: 80, reasoning: 30 };

  test.each([
    // Published prices per million tokens: input, cached input, output.
    ["gpt-4o-2024-08-06", "openai", 2.5, 1.25, 10],
    ["gpt-4o-mini", "openai", 0.15, 0.075, 0.6],
    ["gpt-5", "openai", 1.25, 0.125, 10],
    ["claude-sonnet-4-5-20250929", "anthropic", 3, 0.3, 15],
    ["gemini-2.5-flash-lite", "gcp.gemini", 0.1, 0.01, 0.4],
  ])(
    "%s: each token once, reasoning within the output",
    (model, provider, input, cached, output) => {
      const expected = (300 * input + 600 * cached + 80 * output) / 1e6;
      const cost = pricing.price(call(model, { provider, usage }));
      expect(Math.abs((cost ?? Number.NaN) - expected)).toBeLessThan(1e-9);
    },
  );

  test("writing a cache has its own price (Anthropic)", () => {
    const written = { ...none, input: 1_000, cacheRead: 2_000, cacheWrite: 3_000, output: 100 };
    const cost = pricing.price(call("claude-3-5-haiku-20241022", { usage: written }));
    expect(cost).toBeCloseTo((1_000 * 0.8 + 2_000 * 0.08 + 3_000 * 1 + 100 * 4) / 1e6, 12);
  });

  test("above 200,000 input tokens, cached ones included, the higher tier holds for all (Gemini)", () => {
    const at = (cacheRead: number): number | null =>
      pricing.price(
        call("gemini-2.5-pro", { usage: { ...none, input: 1, cacheRead, output: 10 } }),
      );
    expect(at(199_999)).toBeCloseTo((1 * 1.25 + 199_999 * 0.125 + 10 * 10) / 1e6, 12);
    expect(at(200_000)).toBeCloseTo((1 * 2.5 + 200_000 * 0.25 + 10 * 15) / 1e6, 12);
  });

  test("the time of the call counts, not that of the question (DeepSeek's off-peak hours)", () => {
    const price = (hour: number): number | null =>
      pricing.price(
        call("deepseek-chat", { provider: "deepseek", usage, created: Date.UTC(2025, 2, 5, hour) }),
      );
    expect(price(18)).not.toBe(price(2));
    expect(price(2)).not.toBeNull();
  });

  test("names that are one provider's alone need no provider", () => {
    const usage = { input: 1_000_000, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0 };
    expect(pricing.price(call("text-embedding-3-small", { provider: null, usage }))).toBe(0.02);
    expect(pricing.price(call("text-embedding-3-small", { provider: "vllm", usage }))).toBeNull();
  });

  test("[F3] what the source reported wins, even without tokens", () => {
    expect(pricing.price(call("gpt-4o", { usage, cost: 0.5 }))).toBe(0.5);
    expect(pricing.price(call("nobody-knows", { usage: null, cost: 0 }))).toBe(0);
  });

  test("what is no sum of money is not believed: totals must stay finite", () => {
    expect(pricing.price(call("nobody-knows", { usage: null, cost: 1e308 }))).toBeNull();
  });

  test("embeddings cost their input", () => {
    const cost = pricing.price(
      call("text-embedding-3-small", { provider: "openai", usage: { ...none, input: 1_000_000 } }),
    );
    expect(cost).toBeCloseTo(0.02, 12);
  });
});

describe("unknown is not zero", () => {
  const usage = { ...none, input: 10, output: 10 };

  test.each([
    ["my-finetune", null],
    ["my-deployment", "azure.ai.openai"],
    ["meta-llama/Llama-3.1-8B-Instruct", "vllm"],
    ["mistralai/Mistral-7B-Instruct-v0.3", null],
    ["gpt-4o", "a-gateway-of-ours"],
    ["gpt-4o", "x_ai"],
    ["", null],
    ["/", null],
    ["__proto__", "constructor"],
  ])("%j at %j", (model, provider) => {
    expect(pricing.price(call(model, { provider, usage }))).toBeNull();
  });

  test("without tokens there is no cost", () => {
    expect(pricing.price(call("gpt-4o", { usage: null }))).toBeNull();
  });

  test("a time that is none leaves a price that depends on it unknown", () => {
    const event = call("deepseek-chat", { provider: "deepseek", usage, created: Number.NaN });
    expect(pricing.price(event)).toBeNull();
  });
});

describe("names as they are sent", () => {
  const usage = { input: 100, cacheRead: 50, cacheWrite: 0, output: 10, reasoning: 0 };

  test.each<[string, string | null, string, string]>([
    ["openai/gpt-4o", null, "gpt-4o", "openai"],
    ["openai/gpt-4o", "openai", "gpt-4o", "openai"],
    ["models/gemini-2.5-pro", null, "gemini-2.5-pro", "google"],
    ["anthropic/claude-sonnet-4.5", null, "claude-sonnet-4-5", "anthropic"],
    ["anthropic/claude-sonnet-4.5", "openrouter", "anthropic/claude-sonnet-4.5", "openrouter"],
    ["GPT-4o-2024-08-06", null, "gpt-4o", "openai"],
    ["gpt-4o", "azure.ai.openai", "gpt-4o", "azure"],
    ["gpt-4o", "azure.ai.inference", "gpt-4o", "azure"],
    ["grok-3", "x_ai", "grok-3", "x-ai"],
    ["gemini-2.5-pro", "gcp.gen_ai", "gemini-2.5-pro", "google"],
    ["gemini-2.5-pro", "gcp.vertex_ai", "gemini-2.5-pro", "google"],
    ["mistral-large-latest", "mistral_ai", "mistral-large-latest", "mistral"],
    ["claude-3-5-haiku-20241022", null, "claude-3-5-haiku-20241022", "anthropic"],
  ])("%s at %s", (model, provider, asModel, atProvider) => {
    const event = call(model, { provider, usage });
    const expected = listed(event, asModel, atProvider);
    expect(expected).not.toBeNull();
    expect(pricing.price(event)).toBeCloseTo(expected ?? Number.NaN, 12);
  });
});

describe("the cache changes nothing", () => {
  const models: [string, string | null][] = [
    ["gpt-4o", "openai"],
    ["gpt-4o-mini-2024-07-18", null],
    ["gpt-5", "openai"],
    ["o3", "openai"],
    ["gpt-4.1-nano", null],
    ["claude-sonnet-4-5", "anthropic"],
    ["claude-sonnet-4-6", "anthropic"],
    ["claude-3-5-haiku-20241022", null],
    ["gemini-2.5-pro", "google"],
    ["gemini-2.5-flash", null],
    ["deepseek-chat", "deepseek"],
    ["mistral-large-latest", null],
    ["grok-3", "x-ai"],
    ["command-r", "cohere"],
    ["llama-3.3-70b-versatile", "groq"],
    ["sonar", "perplexity"],
    ["anthropic.claude-3-5-sonnet-20240620-v1:0", "aws.bedrock"],
    ["google/gemini-2.5-pro", "openrouter"],
  ];

  test.each(models)("%s at %s", (model, provider) => {
    const tokens = fc.oneof(fc.nat(2_000), fc.nat(400_000));
    fc.assert(
      fc.property(
        fc.record({
          input: tokens,
          cacheRead: tokens,
          cacheWrite: tokens,
          output: tokens,
          reasoning: tokens,
        }),
        fc.date({ min: new Date("2025-01-01"), max: new Date("2027-06-01"), noInvalidDate: true }),
        (counts, date) => {
          const usage = { ...counts, reasoning: Math.min(counts.reasoning, counts.output) };
          const event = call(model, { provider, usage, created: date.getTime() });
          const expected = listed(event);
          expect(expected).not.toBeNull();
          expect(pricing.price(event)).toBeCloseTo(expected ?? Number.NaN, 9);
        },
      ),
      { numRuns: 100 },
    );
  });

  test("more models than are remembered stay right", () => {
    const usage = { ...none, input: 1_000_000 };
    for (let n = 0; n < 5_000; n++) pricing.price(call(`invented-${n}`, { usage }));
    expect(pricing.price(call("gpt-4o", { usage }))).toBeCloseTo(2.5, 12);
    expect(pricing.price(call("invented-0", { usage }))).toBeNull();
  });
});
