import { promptTokens, type TokenUsage } from "../event.ts";

/** A price, or one per length of the input: the last tier that begins below it holds for all tokens. */
export type Price =
  | number
  | {
      readonly base: number;
      readonly tiers: readonly { readonly start: number; readonly price: number }[];
    };

/** Prices of one model, US dollars per million tokens. An absent one is that of the bucket it is part of. */
export interface Rates {
  readonly input: Price | undefined;
  readonly cacheRead: Price | undefined;
  readonly cacheWrite: Price | undefined;
  readonly output: Price | undefined;
  readonly reasoning: Price | undefined;
  /** US dollars per request. */
  readonly request: number;
}

function priceAt(price: Price | undefined, prompt: number): number | undefined {
  if (price === undefined || typeof price === "number") return price;
  return price.tiers.reduce(
    (best, tier) => (prompt > tier.start && tier.start >= best.start ? tier : best),
    { start: 0, price: price.base },
  ).price;
}

/** Each token once, at the price of its own bucket, or of the bucket it is part of where it has none. */
export function costOf(usage: TokenUsage, rates: Rates): number {
  const prompt = promptTokens(usage);
  const reasoning = Math.min(usage.reasoning, usage.output);
  const input = priceAt(rates.input, prompt) ?? 0;
  const output = priceAt(rates.output, prompt) ?? 0;
  const micros =
    usage.input * input +
    usage.cacheRead * (priceAt(rates.cacheRead, prompt) ?? input) +
    usage.cacheWrite * (priceAt(rates.cacheWrite, prompt) ?? input) +
    (usage.output - reasoning) * output +
    reasoning * (priceAt(rates.reasoning, prompt) ?? output);
  return micros / 1e6 + rates.request;
}
