import type { Rates } from "./rates.ts";

/** One model of the operator's file. */
export interface OwnPrice {
  /** As the file has it. */
  readonly name: string;
  readonly rates: Rates;
  /** What a service tier costs; the standard price where the file says nothing of it. */
  tier(name: string | null): { readonly rates: Rates; readonly share: number };
}

/** The operator's file, read. */
export interface OwnPrices {
  readonly size: number;
  find(model: string, provider: string | null): OwnPrice | null;
}

/** The file is not what it should be: all of what is wrong, a line each. */
export class PricesFileError extends Error {
  override readonly name = "PricesFileError";
}

interface Entry {
  /** May have `*` for any text. */
  readonly model: string;
  readonly provider: string | null;
  readonly price: OwnPrice;
}

/** The first entry of the model's exact name, of its provider before of any; then the first pattern. */
export function ownPrices(entries: readonly Entry[]): OwnPrices {
  const exact = new Map<string, OwnPrice>();
  const patterns: { test: RegExp; provider: string | null; price: OwnPrice }[] = [];
  for (const { model, provider, price } of entries) {
    const name = model.toLowerCase();
    if (name.includes("*")) {
      const parts = name.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
      patterns.push({ test: new RegExp(`^${parts.join(".*")}$`), provider, price });
    } else {
      const key = `${provider ?? ""}\n${name}`;
      if (!exact.has(key)) exact.set(key, price);
    }
  }
  return {
    size: entries.length,
    find(model, provider) {
      const name = model.toLowerCase();
      const found = exact.get(`${provider ?? ""}\n${name}`) ?? exact.get(`\n${name}`);
      if (found !== undefined) return found;
      const fitting = patterns.find(
        (one) => (one.provider === null || one.provider === provider) && one.test.test(name),
      );
      return fitting?.price ?? null;
    },
  };
}
