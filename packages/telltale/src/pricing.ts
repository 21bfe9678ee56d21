import { calcPrice, findProvider } from "@pydantic/genai-prices";
import { promptTokens, type RequestEvent, type TokenUsage } from "./event.ts";

export interface Pricing {
  /**
   * US dollars: what the source reported, else what the price list says for the model, its provider,
   * its tokens and the time of the call; null when either is unknown.
   */
  price(event: RequestEvent): number | null;
}

type Priced = NonNullable<ReturnType<typeof calcPrice>>;
type ListedPrice = Priced["model_price"][string];

/** Prices of one model, US dollars per million tokens. */
interface Rates {
  readonly input: ListedPrice;
  readonly cacheRead: ListedPrice;
  readonly cacheWrite: ListedPrice;
  readonly output: ListedPrice;
  readonly reasoning: ListedPrice;
  /** US dollars per request. */
  readonly request: number;
}

/** How the price list names a model. */
interface Listing {
  readonly model: string;
  readonly providerId: string | undefined;
}

/** A model's prices; `varying` where they depend on the time of the call. */
type Entry =
  | { readonly kind: "rates"; readonly rates: Rates }
  | { readonly kind: "varying"; readonly listing: Listing }
  | { readonly kind: "unknown" };

const unknown: Entry = { kind: "unknown" };

/** Model names come from outside, so what is remembered about them is bounded. */
const mostEntries = 4_096;

/** OpenTelemetry's names of providers where the price list has another. */
const listedAs: ReadonlyMap<string, string> = new Map([
  ["azure.ai.inference", "azure"],
  ["gcp.gen_ai", "google"],
  ["x_ai", "x-ai"],
]);

function usageOf(usage: TokenUsage): Record<string, number> {
  return {
    // The list's input includes the cache, its output includes reasoning.
    input_tokens: promptTokens(usage),
    cache_read_tokens: usage.cacheRead,
    cache_write_tokens: usage.cacheWrite,
    output_tokens: usage.output,
    output_reasoning_tokens: usage.reasoning,
  };
}

/** The list's answer; null also where it throws, as it does for counts that contradict each other. */
function calculate(usage: TokenUsage, { model, providerId }: Listing, at: number): Priced | null {
  const timestamp = new Date(at);
  if (Number.isNaN(timestamp.getTime())) return null;
  try {
    const options = providerId === undefined ? { timestamp } : { timestamp, providerId };
    return calcPrice(usageOf(usage), model, options);
  } catch {
    return null;
  }
}

/**
 * The names to look a model up by, most literal first. Gateways write `openai/gpt-4o`, Google's API
 * `models/gemini-2.5-pro`. Where no provider was told, the part before the slash is one only if the
 * list has it by that very name: an owner on a model hub (`mistralai/…`) is not who serves it.
 */
function listingsOf(model: string, provider: string | null): Listing[] {
  const providerId = provider === null ? undefined : (listedAs.get(provider) ?? provider);
  const literal = { model, providerId };
  const slash = model.indexOf("/");
  if (slash <= 0) return [literal];
  const prefix = model.slice(0, slash).toLowerCase();
  const rest = model.slice(slash + 1);
  if (providerId !== undefined || prefix === "models")
    return [literal, { model: rest, providerId }];
  const named = findProvider({ providerId: prefix })?.id === prefix;
  return named ? [literal, { model: rest, providerId: prefix }] : [literal];
}

const noUsage: TokenUsage = { input: 0, cacheRead: 0, cacheWrite: 0, output: 0, reasoning: 0 };

function lookUp(model: string, provider: string | null): Entry {
  for (const listing of listingsOf(model, provider)) {
    const found = calculate(noUsage, listing, Date.now());
    if (found === null) continue;
    if (Array.isArray(found.model.prices)) return { kind: "varying", listing };
    const { model_price: price } = found;
    const perThousand = price["requests_kcount"];
    return {
      kind: "rates",
      rates: {
        input: price["input_mtok"],
        cacheRead: price["cache_read_mtok"],
        cacheWrite: price["cache_write_mtok"],
        output: price["output_mtok"],
        reasoning: price["output_reasoning_mtok"],
        request: typeof perThousand === "number" ? perThousand / 1_000 : 0,
      },
    };
  }
  return unknown;
}

/** The rate for a request of `prompt` input tokens: the last tier that begins below it. */
function rateOf(price: ListedPrice, prompt: number): number | undefined {
  if (price === undefined || typeof price === "number") return price;
  return price.tiers.reduce(
    (best, tier) => (prompt > tier.start && tier.start >= best.start ? tier : best),
    { start: 0, price: price.base },
  ).price;
}

/** Each token once, at the price of its own bucket, or of the bucket it is part of where it has none. */
function costOf(usage: TokenUsage, rates: Rates): number {
  const prompt = promptTokens(usage);
  const reasoning = Math.min(usage.reasoning, usage.output);
  const input = rateOf(rates.input, prompt) ?? 0;
  const output = rateOf(rates.output, prompt) ?? 0;
  const micros =
    usage.input * input +
    usage.cacheRead * (rateOf(rates.cacheRead, prompt) ?? input) +
    usage.cacheWrite * (rateOf(rates.cacheWrite, prompt) ?? input) +
    (usage.output - reasoning) * output +
    reasoning * (rateOf(rates.reasoning, prompt) ?? output);
  return micros / 1e6 + rates.request;
}

/**
 * Prices from `@pydantic/genai-prices`. The list is asked once per model and provider (its matching
 * takes microseconds to milliseconds), except for the few models whose price depends on the time.
 */
export function createPricing(): Pricing {
  const entries = new Map<string, Entry>();

  function entryOf(model: string, provider: string | null): Entry {
    // A line break cannot occur in the provider's name, so keys are unambiguous.
    const key = `${provider ?? ""}\n${model}`;
    const known = entries.get(key);
    if (known !== undefined) return known;
    const entry = lookUp(model, provider);
    const oldest = entries.size >= mostEntries ? entries.keys().next().value : undefined;
    if (oldest !== undefined) entries.delete(oldest);
    entries.set(key, entry);
    return entry;
  }

  // Compiles the list's matchers now rather than within the first request.
  entryOf("gpt-4o", null);

  return {
    price(event: RequestEvent): number | null {
      if (event.cost !== null) return event.cost;
      if (event.usage === null) return null;
      const entry = entryOf(event.model, event.provider);
      switch (entry.kind) {
        case "rates":
          return costOf(event.usage, entry.rates);
        case "varying":
          return calculate(event.usage, entry.listing, event.created)?.total_price ?? null;
        case "unknown":
          return null;
      }
    },
  };
}
