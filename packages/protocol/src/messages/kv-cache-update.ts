import { array, type Infer, number, object, optional, string } from "../schema.ts";

/** The engines' prefix caches, summed. Counts are tokens, as engines count them. */
export const kvCacheUpdate = object({
  cache_hits: number,
  cache_misses: number,
  /** Over the trailing window, 0..1. */
  hit_rate: number,
  cache_size_bytes: number,
  /** Blocks in use. */
  cache_entries: number,
  /** Blocks thrown out or, where an engine does not tell, requests preempted. */
  evictions: number,
  avg_lookup_time_ms: number,
  /** Names of the figures above that no engine reports; they stand at 0. */
  unknown: optional(array(string)),
  /** Engines that report; 0 when those that did are gone. */
  engines: optional(number),
  /** Share of the KV cache in use, mean over the engines, 0..1. */
  usage: optional(number),
});

/** The payload of `kv_cache_update`: the prefix caches of the engines, summed. */
export type KvCacheUpdate = Infer<typeof kvCacheUpdate>;
