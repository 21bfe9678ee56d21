/** Sums over all finished requests of one model and provider since the beginning. */
export interface ModelTotals {
  readonly model: string;
  readonly provider: string | null;
  readonly requests: number;
  readonly errors: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  readonly cachedTokens: number;
  readonly reasoningTokens: number;
  /** US dollars. */
  readonly cost: number;
  /** ms. */
  readonly latencyMs: number;
  readonly unknownUsage: number;
  readonly unknownCost: number;
}

/** Money of one hour, model and service. */
export interface HourCost {
  /** Start of the hour, Unix ms. */
  readonly hour: number;
  readonly model: string;
  readonly service: string | null;
  /** US dollars. */
  readonly cost: number;
}
