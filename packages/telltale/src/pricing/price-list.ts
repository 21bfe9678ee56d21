import { calcPrice, findProvider } from "@pydantic/genai-prices";
import { promptTokens, type RequestEvent, type TokenUsage } from "../event.ts";
import { costOf, type Rates } from "./rates.ts";

type Priced = NonNullable<ReturnType<typeof calcPrice>>;
/** How the price list names a model. */
interface Listing {
  readonly model: string;
  readonly providerId: string | undefined;
}

/** A model's prices, and how to ask for them where they depend on the time of the call. */
interface Entry {
  readonly found: ListedModel | null;
  readonly listing: Listing | null;
}

const unknown: Entry = { found: null, listing: null };

/** Model names come from outside, so what is remembered about them is bounded. */
const mostEntries = 4_096;

/** OpenTelemetry's names of providers where the price list has another. */
const listedAs: ReadonlyMap<string, string> = new Map([
  ["azure.ai.inference", "azure"],
  ["gcp.gen_ai", "google"],
  ["x_ai", "x-ai"],
]);

/** Names that are OpenAI's alone, which the list finds only where it is told so. */
const openAiAlone = /^(text-embedding-(3|ada)-|chatgpt-|codex-|ft:gpt-)/;

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
  const told = provider === null ? undefined : (listedAs.get(provider) ?? provider);
  const providerId = told ?? (openAiAlone.test(model) ? "openai" : undefined);
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
    const { model_price: price } = found;
    const perThousand = price["requests_kcount"];
    const rates = {
      input: price["input_mtok"],
      cacheRead: price["cache_read_mtok"],
      cacheWrite: price["cache_write_mtok"],
      output: price["output_mtok"],
      reasoning: price["output_reasoning_mtok"],
      request: typeof perThousand === "number" ? perThousand / 1_000 : 0,
    };
    const varying = Array.isArray(found.model.prices);
    const { id: provider } = found.provider;
    return {
      found: { rates, provider, name: found.model.id, varying },
      listing: varying ? listing : null,
    };
  }
  return unknown;
}

/** What the list says of models. */
export interface PriceList {
  /** Standard prices of a model, by how the list names it; null when it has none. */
  find(model: string, provider: string | null): ListedModel | null;
  /** US dollars at the standard price; null when it is unknown. */
  cost(event: RequestEvent & { readonly usage: TokenUsage }): number | null;
}

export interface ListedModel {
  readonly rates: Rates;
  /** The list's own name of the provider, whose published tiers hold. */
  readonly provider: string;
  readonly name: string;
  /** Prices depend on the time of the call: these are the ones of now. */
  readonly varying: boolean;
}

/**
 * Prices from `@pydantic/genai-prices`. The list is asked once per model and provider (its matching
 * takes microseconds to milliseconds), except for the few models whose price depends on the time.
 */
export function createPriceList(): PriceList {
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
    find: (model, provider) => entryOf(model, provider).found,
    cost({ model, provider, usage, created }) {
      const { found, listing } = entryOf(model, provider);
      if (found === null) return null;
      if (listing === null) return costOf(usage, found.rates);
      return calculate(usage, listing, created)?.total_price ?? null;
    },
  };
}
