import type { RequestUpdate } from "@/services";
import type { ModelPrice, Rates } from "../services/prices.ts";

/** One product of the sum that a cost is. */
export interface CostLine {
  readonly name: string;
  readonly tokens: number;
  /** US dollars per million tokens. */
  readonly rate: number;
  readonly cost: number;
}

type PricedRequest = Pick<
  RequestUpdate,
  | "prompt_tokens"
  | "completion_tokens"
  | "cached_tokens"
  | "cache_write_tokens"
  | "reasoning_tokens"
>;

function ratesFor(price: ModelPrice, prompt: number): Rates {
  const tier = [...(price.above ?? [])]
    .sort((a, b) => b.tokens - a.tokens)
    .find(({ tokens }) => prompt > tokens);
  return { ...price, ...tier };
}

/**
 * The sum that the cost of a request comes from, at the prices of now: tokens of each kind, each
 * counted once, times what a million of them cost. Null where a count or a price is not known.
 */
export function costLines(request: PricedRequest, price: ModelPrice): CostLine[] | null {
  const { prompt_tokens: prompt, completion_tokens: completion } = request;
  if (prompt === null || completion === null || price.source === "unknown") return null;
  const rates = ratesFor(price, prompt);
  if (rates.input === undefined || rates.output === undefined) return null;
  const read = request.cached_tokens ?? 0;
  const written = request.cache_write_tokens ?? 0;
  const reasoning = rates.reasoning === undefined ? 0 : (request.reasoning_tokens ?? 0);
  const kinds = [
    { name: "Input", tokens: prompt - read - written, rate: rates.input },
    { name: "Read from cache", tokens: read, rate: rates.cache_read ?? rates.input },
    { name: "Written to cache", tokens: written, rate: rates.cache_write ?? rates.input },
    { name: "Output", tokens: completion - reasoning, rate: rates.output },
    { name: "Reasoning", tokens: reasoning, rate: rates.reasoning ?? rates.output },
  ];
  return kinds
    .filter(({ tokens }) => tokens > 0)
    .map((kind) => ({ ...kind, cost: (kind.tokens * kind.rate) / 1e6 }));
}
