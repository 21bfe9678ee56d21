import { type Infer, number, object } from "../schema.ts";

/** The engines' prefix caches, summed. */
export const kvCacheUpdate = object({
  cache_hits: number,
  cache_misses: number,
  /** 0..1. */
  hit_rate: number,
  cache_size_bytes: number,
  cache_entries: number,
  evictions: number,
  avg_lookup_time_ms: number,
});

export type KvCacheUpdate = Infer<typeof kvCacheUpdate>;
