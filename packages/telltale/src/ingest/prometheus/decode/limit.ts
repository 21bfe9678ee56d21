import type { RateLimitUpdate } from "@telltale/protocol";

/** Where a page comes from, and when. */
export interface Source {
  readonly name: string;
  /** Unix ms. */
  readonly at: number;
  /** How long the page's figures hold, ms. */
  readonly validFor: number;
}

export interface Limit {
  /** What is limited; with the source's name it makes the `endpoint`. */
  readonly what: string;
  readonly limit: number;
  readonly remaining: number;
  readonly unit: string;
  readonly provider?: string | null;
  /** ms until it is whole again; absent where nobody says, then it holds as long as the page. */
  readonly resetsIn?: number;
}

/** A limit as it is shown; none where the figures make no sense. */
export function limitOf(source: Source, limit: Limit): RateLimitUpdate[] {
  if (!(limit.limit > 0)) return [];
  const remaining = Math.min(limit.limit, Math.max(0, limit.remaining));
  return [
    {
      endpoint: `${source.name} ${limit.what}`,
      limit: limit.limit,
      remaining,
      reset_time: source.at + (limit.resetsIn ?? source.validFor),
      percentage_used: (100 * (limit.limit - remaining)) / limit.limit,
      unit: limit.unit,
      source: source.name,
      ...(limit.provider ? { provider: limit.provider } : {}),
    },
  ];
}
