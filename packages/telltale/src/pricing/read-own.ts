import { z } from "zod";
import { type OwnPrices, ownPrices, PricesFileError } from "./own-prices.ts";
import type { Price, Rates } from "./rates.ts";
import { readLitellmPrices } from "./read-litellm.ts";

const dollars = z.number().nonnegative();

const rates = {
  input: dollars.optional(),
  output: dollars.optional(),
  cache_read: dollars.optional(),
  cache_write: dollars.optional(),
  reasoning: dollars.optional(),
};

/** The operator's file. Prices are US dollars per million tokens, `request` per request. */
const file = z.strictObject({
  prices: z.array(
    z.strictObject({
      model: z.string().min(1),
      provider: z.string().min(1).optional(),
      ...rates,
      request: dollars.optional(),
      above: z.array(z.strictObject({ tokens: z.int().positive(), ...rates })).default([]),
      tiers: z.record(z.string(), dollars).default({}),
    }),
  ),
});

type Entry = z.infer<typeof file>["prices"][number];
type Bucket = keyof typeof rates;

const mostTold = 10;

/**
 * Reads the operator's price file: `{"prices": [...]}`, or LiteLLM's
 * `model_prices_and_context_window.json`.
 *
 * @throws {PricesFileError} which says where and what was expected
 */
export function readOwnPrices(text: string, name: string): OwnPrices {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new PricesFileError(`${name} is not JSON: ${reason}`);
  }
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw new PricesFileError(
      `${name}: expected {"prices": [{"model": "…", "input": 1, "output": 2}]} or LiteLLM's model_prices_and_context_window.json`,
    );
  }
  if (!("prices" in parsed)) return readLitellmPrices(parsed, name);
  const read = file.safeParse(parsed);
  if (!read.success) {
    const faults = read.error.issues.map(({ path, message }) => `${pathOf(path)}: ${message}`);
    const more = faults.length > mostTold ? `\nand ${faults.length - mostTold} more` : "";
    throw new PricesFileError(
      `${name} is not a price file:\n${faults.slice(0, mostTold).join("\n")}${more}`,
    );
  }
  return ownPrices(
    read.data.prices.map((entry) => {
      const own = ratesOf(entry);
      const { model, provider = null, tiers } = entry;
      const share = (tier: string | null): number =>
        tier !== null && Object.hasOwn(tiers, tier) ? (tiers[tier] ?? 1) : 1;
      const tier = (of: string | null) => ({ rates: own, share: share(of) });
      return { model, provider, price: { name: model, rates: own, tier } };
    }),
  );
}

function ratesOf(entry: Entry): Rates {
  return {
    input: priceOf(entry, "input"),
    cacheRead: priceOf(entry, "cache_read"),
    cacheWrite: priceOf(entry, "cache_write"),
    output: priceOf(entry, "output"),
    reasoning: priceOf(entry, "reasoning"),
    request: entry.request ?? 0,
  };
}

function priceOf(entry: Entry, bucket: Bucket): Price | undefined {
  const base = entry[bucket];
  if (base === undefined) return undefined;
  const tiers = entry.above.flatMap(({ tokens, [bucket]: price }) =>
    price === undefined ? [] : [{ start: tokens, price }],
  );
  return tiers.length === 0 ? base : { base, tiers };
}

function pathOf(path: readonly PropertyKey[]): string {
  return (
    path
      .map((part) => (typeof part === "number" ? `[${part}]` : `.${String(part)}`))
      .join("")
      .replace(/^\./, "") || "the file"
  );
}
