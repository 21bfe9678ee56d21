import { get } from "./rest.ts";

/** US dollars per million tokens, by kind. */
export interface Rates {
  readonly input?: number;
  readonly output?: number;
  readonly cache_read?: number;
  readonly cache_write?: number;
  readonly reasoning?: number;
}

export interface ModelPrice extends Rates {
  readonly model: string;
  readonly provider: string | null;
  readonly source: "file" | "list" | "unknown";
  readonly listed_as: string | null;
  /** US dollars per request. */
  readonly request?: number;
  /** Above so many input tokens these hold. */
  readonly above?: readonly (Rates & { readonly tokens: number })[];
  readonly varying?: boolean;
}

export async function fetchPrices(signal: AbortSignal): Promise<readonly ModelPrice[]> {
  const answer = (await get("/api/v1/prices", signal)) as { prices: ModelPrice[] };
  return answer.prices;
}

/** A model whose tokens are known and whose price is not. */
export interface UnknownPrice {
  readonly model: string;
  readonly provider: string | null;
  readonly requests: number;
  readonly prompt_tokens: number;
  readonly completion_tokens: number;
  /** The line that the operator's price file lacks. */
  readonly add: Readonly<Record<string, string | number>>;
}

export interface UnknownPrices {
  readonly models: readonly UnknownPrice[];
  readonly prices_file: string | null;
  readonly how: string;
}

export async function fetchUnknownPrices(signal: AbortSignal): Promise<UnknownPrices> {
  return (await get("/api/v1/prices/unknown", signal)) as UnknownPrices;
}
