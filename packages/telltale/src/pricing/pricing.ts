import { most, type RequestEvent } from "../event.ts";
import type { OwnPrices } from "./own-prices.ts";
import { createPriceList, type PriceList } from "./price-list.ts";
import { costOf, type Rates } from "./rates.ts";
import { tierShare } from "./service-tier.ts";

export interface Pricing {
  /**
   * US dollars: what the source reported, else what the operator's file says, else the price list,
   * for the model, its provider, its tokens, its service tier and the time of the call; null when
   * any of it is unknown.
   */
  price(event: RequestEvent): number | null;
  /** Where the price of a model comes from; null when there is none. */
  resolve(model: string, provider: string | null): ResolvedPrice | null;
}

export interface ResolvedPrice {
  readonly source: "file" | "list";
  /** The name it was found under. */
  readonly name: string;
  readonly rates: Rates;
  /** They depend on the time of the call; these hold now. */
  readonly varying: boolean;
}

/** @param own the operator's file as it stands; asked for every request */
export function createPricing(own: () => OwnPrices | null = () => null): Pricing {
  const list: PriceList = createPriceList();
  return {
    price(event) {
      const { cost, usage, model, provider, serviceTier } = event;
      if (cost !== null && cost <= most.dollars) return cost;
      if (usage === null) return null;
      const mine = own()?.find(model, provider);
      if (mine !== undefined && mine !== null) {
        const { rates, share } = mine.tier(serviceTier);
        return costOf(usage, rates) * share;
      }
      const standard = list.cost({ ...event, usage });
      if (standard === null || serviceTier === null) return standard;
      const share = tierShare(list.find(model, provider)?.provider ?? provider, serviceTier);
      return share === null ? null : standard * share;
    },
    resolve(model, provider) {
      const mine = own()?.find(model, provider);
      if (mine !== undefined && mine !== null) {
        return { source: "file", name: mine.name, rates: mine.rates, varying: false };
      }
      const listed = list.find(model, provider);
      if (listed === null) return null;
      const { rates, provider: by, name, varying } = listed;
      return { source: "list", name: `${by}/${name}`, rates, varying };
    },
  };
}
