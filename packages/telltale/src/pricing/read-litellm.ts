import { type OwnPrice, type OwnPrices, ownPrices, PricesFileError } from "./own-prices.ts";
import type { Price, Rates } from "./rates.ts";

/** LiteLLM's names of a bucket's price, US dollars per token. */
const buckets = {
  input: ["input_cost_per_token"],
  output: ["output_cost_per_token"],
  cacheRead: ["cache_read_input_token_cost"],
  cacheWrite: ["cache_creation_input_token_cost"],
  reasoning: ["output_cost_per_reasoning_token"],
} as const;

const suffixes = { batch: "_batches", flex: "_flex", priority: "_priority" } as const;

type Fields = Readonly<Record<string, unknown>>;

/** LiteLLM's provider names where OpenTelemetry has another. */
const providers: ReadonlyMap<string, string> = new Map([
  ["azure", "azure.ai.openai"],
  ["azure_ai", "azure.ai.inference"],
  ["bedrock", "aws.bedrock"],
  ["bedrock_converse", "aws.bedrock"],
  ["gemini", "gcp.gemini"],
  ["mistral", "mistral_ai"],
  ["xai", "x_ai"],
  ["text-completion-openai", "openai"],
]);

/**
 * Reads LiteLLM's `model_prices_and_context_window.json`: a price per model and, where the key has a
 * provider before a slash, per provider. Models without a price per token are left out.
 *
 * @throws {PricesFileError} when a price is no number, or no model has one
 */
export function readLitellmPrices(file: object, name: string): OwnPrices {
  const entries: { model: string; provider: string | null; price: OwnPrice }[] = [];
  const faults: string[] = [];
  for (const [key, value] of Object.entries(file)) {
    if (key === "sample_spec" || typeof value !== "object" || value === null) continue;
    const fields: Fields = value;
    const wrong = Object.entries(fields).find(
      ([field, price]) => /cost/.test(field) && typeof price === "string" && !numeric(price),
    );
    if (wrong !== undefined) faults.push(`${key}.${wrong[0]}: expected a number`);
    const price = priceOf(key, fields);
    if (price === null) continue;
    entries.push({ model: key, provider: null, price });
    const slash = key.indexOf("/");
    const told = fields["litellm_provider"];
    if (slash <= 0 || typeof told !== "string") continue;
    const provider = providers.get(told) ?? (told.startsWith("vertex_ai") ? "gcp.vertex_ai" : told);
    entries.push({ model: key.slice(slash + 1), provider, price });
  }
  if (faults.length > 0) {
    throw new PricesFileError(`${name} has wrong prices:\n${faults.slice(0, 10).join("\n")}`);
  }
  if (entries.length === 0) {
    throw new PricesFileError(
      `${name}: expected {"prices": [...]} or models with input_cost_per_token, as in LiteLLM's model_prices_and_context_window.json; found neither`,
    );
  }
  return ownPrices(entries);
}

function priceOf(name: string, fields: Fields): OwnPrice | null {
  const rates = ratesOf(fields, "");
  if (rates === null) return null;
  const tiers = new Map<string, Rates>();
  for (const [tier, suffix] of Object.entries(suffixes)) {
    const own = ratesOf(fields, suffix);
    if (own !== null) tiers.set(tier, { ...rates, ...known(own) });
  }
  const tier = (of: string | null) => ({ rates: tiers.get(of ?? "") ?? rates, share: 1 });
  return { name, rates, tier };
}

function known(rates: Rates): Partial<Rates> {
  return Object.fromEntries(Object.entries(rates).filter(([, price]) => price !== undefined));
}

function ratesOf(fields: Fields, suffix: string): Rates | null {
  const price = (bucket: keyof typeof buckets): Price | undefined => {
    for (const field of buckets[bucket]) {
      const base = perMillion(fields[field + suffix]);
      if (base === undefined) continue;
      const tiers: { start: number; price: number }[] = [];
      for (const [key, value] of Object.entries(fields)) {
        const thousands = key.startsWith(field)
          ? /^_above_(\d+)k_tokens(.*)$/.exec(key.slice(field.length))
          : null;
        const above = perMillion(value);
        if (thousands === null || thousands[2] !== suffix || above === undefined) continue;
        tiers.push({ start: Number(thousands[1]) * 1000, price: above });
      }
      return tiers.length === 0 ? base : { base, tiers };
    }
    return undefined;
  };
  const input = price("input");
  const output = price("output");
  const request = number(fields["input_cost_per_request"]);
  if (input === undefined && output === undefined && request === undefined) return null;
  return {
    input,
    output,
    cacheRead: price("cacheRead"),
    cacheWrite: price("cacheWrite"),
    reasoning: price("reasoning"),
    request: suffix === "" ? (request ?? 0) : 0,
  };
}

function numeric(text: string): boolean {
  return text.trim() !== "" && Number.isFinite(Number(text));
}

function number(value: unknown): number | undefined {
  const parsed = typeof value === "string" && numeric(value) ? Number(value) : value;
  return typeof parsed === "number" && Number.isFinite(parsed) && parsed >= 0 ? parsed : undefined;
}

function perMillion(value: unknown): number | undefined {
  const dollars = number(value);
  return dollars === undefined ? undefined : dollars * 1e6;
}
