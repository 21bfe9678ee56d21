import { type Infer, number, object, optional, string } from "../schema.ts";

/** One limit of one upstream, keyed by `endpoint`. */
export const rateLimitUpdate = object({
  endpoint: string,
  limit: number,
  remaining: number,
  /** When the limit is whole again, Unix ms. */
  reset_time: number,
  /** 0..100. */
  percentage_used: number,
  provider: optional(string),
  /** What is counted, such as `requests` or `tokens`. */
  unit: optional(string),
  /** Name of the scrape target that told, when it was not an answer through the proxy. */
  source: optional(string),
});

/** The payload of `rate_limit_update`: one limit, keyed by `endpoint`. */
export type RateLimitUpdate = Infer<typeof rateLimitUpdate>;
