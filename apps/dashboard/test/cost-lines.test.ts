import { expect, test } from "vitest";
import { costLines } from "../src/panels/cost-lines.ts";
import type { ModelPrice } from "../src/services/prices.ts";

const price: ModelPrice = {
  model: "m",
  provider: null,
  source: "list",
  listed_as: "m",
  input: 3,
  output: 15,
  cache_read: 0.3,
  cache_write: 3.75,
  above: [{ tokens: 200_000, input: 6, output: 22.5 }],
};

test("a cost is tokens of each kind, counted once, times their price", () => {
  const lines = costLines(
    {
      prompt_tokens: 1_000,
      cached_tokens: 600,
      cache_write_tokens: 100,
      completion_tokens: 200,
      reasoning_tokens: 150,
    },
    price,
  );
  expect(lines?.map(({ name, tokens, rate }) => [name, tokens, rate])).toEqual([
    ["Input", 300, 3],
    ["Read from cache", 600, 0.3],
    ["Written to cache", 100, 3.75],
    ["Output", 200, 15],
  ]);
  const sum = lines?.reduce((all, { cost }) => all + cost, 0);
  expect(sum).toBeCloseTo((300 * 3 + 600 * 0.3 + 100 * 3.75 + 200 * 15) / 1e6, 12);
});

test("long prompts are charged their own price", () => {
  const lines = costLines({ prompt_tokens: 250_000, completion_tokens: 10 }, price);
  expect(lines?.map(({ rate }) => rate)).toEqual([6, 22.5]);
});

test("what is unknown has no sum", () => {
  expect(costLines({ prompt_tokens: null, completion_tokens: 10 }, price)).toBeNull();
  expect(
    costLines({ prompt_tokens: 1, completion_tokens: 1 }, { ...price, source: "unknown" }),
  ).toBeNull();
});
