import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "@telltale/testkit/properties";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RequestEvent, TokenUsage } from "../src/event.ts";
import { PricesFileError } from "../src/pricing/own-prices.ts";
import { PricesFile } from "../src/pricing/prices-file.ts";
import { createPricing } from "../src/pricing/pricing.ts";
import { readOwnPrices } from "../src/pricing/read-own.ts";
import { request } from "./make.ts";

const usage: TokenUsage = {
  input: 700,
  cacheRead: 200,
  cacheWrite: 100,
  output: 50,
  reasoning: 20,
};

function call(of: Partial<RequestEvent> = {}): RequestEvent {
  return request({ cost: null, usage, ...of });
}

function pricingOf(file: unknown) {
  const own = readOwnPrices(JSON.stringify(file), "prices.json");
  return createPricing(() => own);
}

describe("[P10] the operator's own file wins over the price list, and the source over both", () => {
  const pricing = pricingOf({
    prices: [
      { model: "gpt-4o", provider: "azure.ai.openai", input: 1, output: 2 },
      { model: "gpt-4o", input: 10, output: 20, cache_read: 1, cache_write: 12, reasoning: 30 },
      { model: "llama-*", provider: "vllm", input: 0.1, output: 0.4, request: 0.001 },
      { model: "free", input: 0, output: 0 },
      {
        model: "long",
        input: 1,
        output: 4,
        cache_read: 0.5,
        above: [
          { tokens: 200_000, input: 2, output: 6, cache_read: 1 },
          { tokens: 400_000, input: 3 },
        ],
        tiers: { batch: 0.4, priority: 3 },
      },
    ],
  });
  test.each<[string, Partial<RequestEvent>, number | null]>([
    [
      "every bucket at its own price",
      {},
      (700 * 10 + 200 * 1 + 100 * 12 + 30 * 20 + 20 * 30) / 1e6,
    ],
    [
      "that of the provider before that of any",
      { provider: "azure.ai.openai" },
      (1000 * 1 + 50 * 2) / 1e6,
    ],
    [
      "a pattern, a price per request",
      { model: "Llama-3.1-8B", provider: "vllm" },
      (1000 * 0.1 + 50 * 0.4) / 1e6 + 0.001,
    ],
    ["a pattern of another provider", { model: "llama-3.1-8b", provider: "groq-x" }, null],
    ["nothing costs nothing", { model: "free" }, 0],
    [
      "a tier's share",
      { model: "long", serviceTier: "batch" },
      ((800 * 1 + 200 * 0.5 + 50 * 4) / 1e6) * 0.4,
    ],
    ["what the source reported", { cost: 9 }, 9],
  ])("%s", (_, of, expected) => {
    const cost = pricing.price(call(of));
    if (expected === null) expect(cost).toBeNull();
    else expect(Math.abs((cost ?? Number.NaN) - expected)).toBeLessThan(1e-9);
  });

  test.each([
    [200_000, (200_000 * 1 + 50 * 4) / 1e6],
    [200_001, (200_001 * 2 + 50 * 6) / 1e6],
    [400_001, (400_001 * 3 + 50 * 6) / 1e6],
  ])("%d input tokens: the last tier below holds for all of them", (input, expected) => {
    const of = { ...usage, input, cacheRead: 0, cacheWrite: 0, reasoning: 0 };
    expect(pricing.price(call({ model: "long", usage: of }))).toBeCloseTo(expected, 12);
  });

  test("what the file does not name the list may", () => {
    expect(pricing.resolve("gpt-4o-mini", "openai")).toMatchObject({
      source: "list",
      name: "openai/gpt-4o-mini",
    });
    expect(pricing.resolve("gpt-4o", "openai")).toMatchObject({ source: "file" });
    expect(pricing.resolve("nobody", null)).toBeNull();
  });
});

describe("[P10] LiteLLM's model_prices_and_context_window.json", () => {
  const pricing = pricingOf({
    sample_spec: { input_cost_per_token: "a number", mode: "one of: chat, ..." },
    "gpt-4o": {
      litellm_provider: "openai",
      mode: "chat",
      input_cost_per_token: 2e-6,
      output_cost_per_token: 1e-5,
      cache_read_input_token_cost: 1e-6,
      input_cost_per_token_batches: 1e-6,
      output_cost_per_token_batches: 5e-6,
      input_cost_per_token_priority: 4e-6,
      output_cost_per_token_priority: 2e-5,
    },
    "azure/gpt-4o": {
      litellm_provider: "azure",
      input_cost_per_token: 3e-6,
      output_cost_per_token: 1e-5,
    },
    "gemini/gemini-x": {
      litellm_provider: "gemini",
      input_cost_per_token: "0.00000125",
      input_cost_per_token_above_200k_tokens: 2.5e-6,
      output_cost_per_token: 1e-5,
      output_cost_per_token_above_200k_tokens: 1.5e-5,
      output_cost_per_reasoning_token: 2e-5,
    },
    "whisper-1": { litellm_provider: "openai", input_cost_per_second: 0.0001 },
  });
  test.each<[string, Partial<RequestEvent>, number | null]>([
    ["plain", {}, (800 * 2 + 200 * 1 + 50 * 10) / 1e6],
    ["of a provider", { provider: "azure.ai.openai" }, (1000 * 3 + 50 * 10) / 1e6],
    ["by its whole key", { model: "azure/gpt-4o", provider: null }, (1000 * 3 + 50 * 10) / 1e6],
    ["batches", { serviceTier: "batch" }, (800 * 1 + 200 * 1 + 50 * 5) / 1e6],
    ["priority", { serviceTier: "priority" }, (800 * 4 + 200 * 1 + 50 * 20) / 1e6],
    [
      "reasoning",
      { model: "gemini-x", provider: "gcp.gemini" },
      (1000 * 1.25 + 30 * 10 + 20 * 20) / 1e6,
    ],
    [
      "above 200k",
      { model: "gemini-x", provider: "gcp.gemini", usage: { ...usage, input: 300_000 } },
      (300_300 * 2.5 + 30 * 15 + 20 * 20) / 1e6,
    ],
    ["no price per token: the list's, which has none either", { model: "whisper-2" }, null],
  ])("%s", (_, of, expected) => {
    const cost = pricing.price(call(of));
    if (expected === null) expect(cost).toBeNull();
    else expect(Math.abs((cost ?? Number.NaN) - expected)).toBeLessThan(1e-9);
  });
});

describe("[P11] service tiers at the list's prices", () => {
  const pricing = createPricing();
  const standard = pricing.price(call()) ?? Number.NaN;
  test.each<[string, Partial<RequestEvent>, number | null]>([
    ["flex is half", { serviceTier: "flex" }, 0.5],
    ["batch is half", { serviceTier: "batch" }, 0.5],
    ["default is the whole", { serviceTier: "default" }, 1],
    ["a tier nobody knows is the whole", { serviceTier: "constructor" }, 1],
    ["priority has a price that the list does not know", { serviceTier: "priority" }, null],
    ["by the model where the provider is not told", { provider: null, serviceTier: "flex" }, 0.5],
  ])("%s", (_, of, share) => {
    const cost = pricing.price(call(of));
    if (share === null) expect(cost).toBeNull();
    else expect(cost).toBeCloseTo(standard * share, 12);
  });
});

describe("a file that is wrong says where, and what was expected", () => {
  test.each([
    ["{", /prices\.json is not JSON/],
    ["[]", /expected \{"prices"/],
    ["{}", /found neither/],
    ['{"prices": [{"input": 1}]}', /prices\[0\]\.model: /],
    ['{"prices": [{"model": "m", "input": -1}]}', /prices\[0\]\.input: .*>=0/],
    ['{"prices": [{"model": "m", "inptu": 1}]}', /prices\[0\]: Unrecognized key: "inptu"/],
    ['{"prices": [{"model": "m", "above": [{"tokens": 0}]}]}', /above\[0\]\.tokens/],
    ['{"m": {"input_cost_per_token": "cheap"}}', /m\.input_cost_per_token: expected a number/],
  ])("%s", (text, message) => {
    expect(() => readOwnPrices(text, "prices.json")).toThrow(PricesFileError);
    expect(() => readOwnPrices(text, "prices.json")).toThrow(message);
  });

  test("[D21] any text is prices or a described error; any prices price without a fault", () => {
    const entry = fc.record(
      { model: fc.string(), provider: fc.string(), input: fc.double(), above: fc.jsonValue() },
      { requiredKeys: ["model"] },
    );
    const litellm = fc.dictionary(
      fc.string(),
      fc.dictionary(
        fc.constantFrom(
          "input_cost_per_token",
          "input_cost_per_token_above_8k_tokens",
          "litellm_provider",
        ),
        fc.jsonValue(),
      ),
    );
    const file = fc.oneof(fc.record({ prices: fc.array(entry) }), litellm, fc.jsonValue());
    fc.assert(
      fc.property(
        fc.oneof(
          file.map((value) => JSON.stringify(value)),
          fc.string(),
        ),
        (text) => {
          try {
            const pricing = createPricing(() => own);
            const own = readOwnPrices(text, "prices.json");
            const cost = pricing.price(call({ model: "m" }));
            expect(cost === null || cost >= 0).toBe(true);
          } catch (error) {
            expect(error).toBeInstanceOf(PricesFileError);
          }
        },
      ),
      { numRuns: 1000 },
    );
  });
});

describe("[P12] the file on disk", () => {
  let folder: string;
  const told: string[] = [];
  const log = {
    info: (_: object, message: string) => told.push(message),
    warn: (fields: object, message: string) => told.push(`${message} ${JSON.stringify(fields)}`),
  };
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "telltale-prices-"));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test("a change holds from then on; a faulty one is told once and not taken", async () => {
    const path = join(folder, "prices.json");
    const write = (input: unknown) =>
      writeFile(path, JSON.stringify({ prices: [{ model: "m", input }] }));
    await write(1);
    const file = await PricesFile.open(path, log);
    const pricing = createPricing(() => file.prices);
    const cost = () => pricing.price(call({ model: "m" }));
    expect(cost()).toBeCloseTo(0.001, 12);
    await write(2);
    await file.refresh();
    expect(cost()).toBeCloseTo(0.002, 12);
    await write("much");
    await file.refresh();
    await file.refresh();
    expect(cost()).toBeCloseTo(0.002, 12);
    expect(told).toEqual([
      expect.stringContaining("holds from now on"),
      expect.stringMatching(/stay as they were.*prices\[0\]\.input/),
    ]);
  });

  test("one that is not there is an error at the start", async () => {
    await expect(PricesFile.open(join(folder, "none.json"), log)).rejects.toThrow(/none\.json/);
  });
});
