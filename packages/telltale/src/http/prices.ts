import {
  array,
  boolean,
  type Infer,
  type ModelUpdate,
  nullable,
  number,
  object,
  oneOf,
  optional,
  string,
} from "@telltale/protocol";
import type { FastifyInstance } from "fastify";
import type { Pricing } from "../pricing/pricing.ts";
import type { Price, Rates } from "../pricing/rates.ts";
import { answers, describe } from "./describe.ts";

/** Where prices are asked for. */
export interface PriceSources {
  readonly models: () => ModelUpdate[];
  readonly pricing: () => Promise<Pricing>;
  /** Path of the operator's file; null when there is none. */
  readonly pricesFile: string | null;
}

const buckets = {
  input: optional(number),
  output: optional(number),
  cache_read: optional(number),
  cache_write: optional(number),
  reasoning: optional(number),
};

const modelPrice = object({
  model: string,
  provider: nullable(string),
  source: oneOf("file", "list", "unknown"),
  /** The name that the price was found under. */
  listed_as: nullable(string),
  ...buckets,
  /** US dollars per request. */
  request: optional(number),
  /** Above so many input tokens these hold, for all tokens of the request. */
  above: optional(array(object({ tokens: number, ...buckets }))),
  /** Prices depend on the time of the call; these hold now. */
  varying: optional(boolean),
});

const unknownPrice = object({
  model: string,
  provider: nullable(string),
  requests: number,
  prompt_tokens: number,
  completion_tokens: number,
  /** A line for `prices` of the operator's file, the prices to be filled in. */
  add: object({ model: string, provider: optional(string), input: number, output: number }),
});

type ModelPrice = Infer<typeof modelPrice>;
type UnknownPrice = Infer<typeof unknownPrice>;

/** `GET /api/v1/prices`, `GET /api/v1/prices/unknown`; US dollars per million tokens. */
export function registerPrices(app: FastifyInstance, sources: PriceSources): void {
  app.get(
    "/api/v1/prices",
    describe({
      summary: "What a million tokens of each model seen cost, and where that is known from",
      tag: "live",
      answers: answers("US dollars per million tokens", object({ prices: array(modelPrice) })),
    }),
    async () => {
      const pricing = await sources.pricing();
      return { prices: sources.models().map((model) => priceOf(model, pricing)) };
    },
  );

  app.get(
    "/api/v1/prices/unknown",
    describe({
      summary: "Models whose tokens are known and whose price is not, and what to add",
      tag: "live",
      answers: answers(
        "Models without a price",
        object({ models: array(unknownPrice), prices_file: nullable(string), how: string }),
      ),
    }),
    async () => {
      const pricing = await sources.pricing();
      const models = sources.models().flatMap((model) => unknownOf(model, pricing) ?? []);
      models.sort((a, b) => b.requests - a.requests);
      return { models, prices_file: sources.pricesFile, how: howTo(sources.pricesFile) };
    },
  );
}

function howTo(path: string | null): string {
  const add =
    'add a line like these for each model, with US dollars per million tokens for 0, to "prices" in';
  return path === null
    ? `Write {"prices": []} to a file, ${add} it, and start the server with --prices-file <file>`
    : `${add[0]?.toUpperCase()}${add.slice(1)} ${path}; the change holds within seconds, for requests from then on`;
}

function unknownOf(model: ModelUpdate, pricing: Pricing): UnknownPrice | null {
  const requests = (model.unknown_cost_requests ?? 0) - (model.unknown_usage_requests ?? 0);
  const provider = model.provider ?? null;
  if (requests <= 0 || pricing.resolve(model.model, provider) !== null) return null;
  return {
    model: model.model,
    provider,
    requests,
    prompt_tokens: model.total_prompt_tokens,
    completion_tokens: model.total_completion_tokens,
    add: { model: model.model, ...(provider === null ? {} : { provider }), input: 0, output: 0 },
  };
}

const names = {
  input: "input",
  output: "output",
  cache_read: "cacheRead",
  cache_write: "cacheWrite",
  reasoning: "reasoning",
} as const satisfies Record<string, keyof Rates>;

function priceOf(model: ModelUpdate, pricing: Pricing): ModelPrice {
  const provider = model.provider ?? null;
  const found = pricing.resolve(model.model, provider);
  const head = { model: model.model, provider };
  if (found === null) return { ...head, source: "unknown", listed_as: null };
  const { rates, source, name, varying } = found;
  const above = tiersOf(rates);
  return {
    ...head,
    source,
    listed_as: name,
    ...bucketsOf(rates, baseOf),
    ...(rates.request > 0 ? { request: rates.request } : {}),
    ...(above.length > 0 ? { above } : {}),
    ...(varying ? { varying } : {}),
  };
}

const bucketNames = ["input", "output", "cache_read", "cache_write", "reasoning"] as const;

type Buckets = Partial<Record<(typeof bucketNames)[number], number>>;

function bucketsOf(rates: Rates, pick: (price: Price) => number | undefined): Buckets {
  const found: Buckets = {};
  for (const name of bucketNames) {
    const price = rates[names[name]];
    const value = price === undefined ? undefined : pick(price);
    if (value !== undefined) found[name] = value;
  }
  return found;
}

function baseOf(price: Price): number {
  return typeof price === "number" ? price : price.base;
}

function tiersOf(rates: Rates): NonNullable<ModelPrice["above"]> {
  const starts = new Set<number>();
  for (const bucket of Object.values(names)) {
    const price = rates[bucket];
    if (typeof price === "object") for (const { start } of price.tiers) starts.add(start);
  }
  const at = (start: number) => (price: Price) =>
    typeof price === "number" ? undefined : price.tiers.find((tier) => tier.start === start)?.price;
  return [...starts]
    .sort((a, b) => a - b)
    .map((tokens) => ({ tokens, ...bucketsOf(rates, at(tokens)) }));
}
