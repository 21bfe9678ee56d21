import type { KvCacheUpdate } from "@telltale/protocol";
import type { EngineSample } from "../engine-sample.ts";
import type { EngineFigures, EngineWindow } from "./engine-window.ts";

/** What the cache of one engine is judged by. */
export interface CachedEngine {
  readonly sample: EngineSample;
  readonly window: EngineWindow;
  readonly figures: EngineFigures;
}

const REQUIRED = [
  "cache_hits",
  "cache_misses",
  "hit_rate",
  "cache_size_bytes",
  "cache_entries",
  "evictions",
  "avg_lookup_time_ms",
] as const;

type Known = { [K in (typeof REQUIRED)[number]]: number | undefined };

/**
 * The engines' prefix caches as one: counts are added up, shares averaged. Engines tell neither the
 * bytes of a cache nor how long a look takes, so those are always unknown. Null when none tells
 * anything.
 */
export function kvCacheOf(engines: readonly CachedEngine[]): KvCacheUpdate | null {
  const telling = engines.filter(({ sample: { cache } }) =>
    [cache?.usage, cache?.queries, cache?.hitRate].some((value) => typeof value === "number"),
  );
  if (telling.length === 0) return null;
  const caches = telling.flatMap(({ sample: { cache } }) => cache ?? []);
  const counting = telling.filter(
    ({ window }) => window.totalHits !== null && window.totalQueries !== null,
  );
  const hits = sum(counting.flatMap(({ window }) => window.totalHits ?? []));
  const queries = sum(counting.flatMap(({ window }) => window.totalQueries ?? []));
  const known: Known = {
    cache_hits: hits,
    // An engine may count a hit a moment before the look-up.
    cache_misses:
      hits === undefined || queries === undefined ? undefined : Math.max(0, queries - hits),
    hit_rate: hitRateOf(counting) ?? mean(caches.flatMap(({ hitRate }) => hitRate ?? [])),
    cache_size_bytes: undefined,
    cache_entries: sum(
      caches.flatMap(({ usage, capacity }) =>
        usage === null || capacity === null ? [] : Math.round(usage * capacity),
      ),
    ),
    evictions: sum(
      telling.flatMap(({ sample }) => sample.cache?.evictions ?? sample.preemptions ?? []),
    ),
    avg_lookup_time_ms: undefined,
  };
  const usage = mean(caches.flatMap((cache) => cache.usage ?? []));
  return { ...shown(known), engines: telling.length, ...(usage === undefined ? {} : { usage }) };
}

/** Says that nobody reports any more; what was shown is to go away. */
export const noKvCache: KvCacheUpdate = {
  ...shown({
    cache_hits: undefined,
    cache_misses: undefined,
    hit_rate: undefined,
    cache_size_bytes: undefined,
    cache_entries: undefined,
    evictions: undefined,
    avg_lookup_time_ms: undefined,
  }),
  engines: 0,
};

function shown(known: Known): KvCacheUpdate {
  return {
    cache_hits: known.cache_hits ?? 0,
    cache_misses: known.cache_misses ?? 0,
    hit_rate: known.hit_rate ?? 0,
    cache_size_bytes: known.cache_size_bytes ?? 0,
    cache_entries: known.cache_entries ?? 0,
    evictions: known.evictions ?? 0,
    avg_lookup_time_ms: known.avg_lookup_time_ms ?? 0,
    unknown: REQUIRED.filter((name) => known[name] === undefined),
  };
}

function hitRateOf(engines: readonly CachedEngine[]): number | undefined {
  const hits = sum(engines.map(({ figures }) => figures.hits)) ?? 0;
  const queries = sum(engines.map(({ figures }) => figures.queries)) ?? 0;
  return queries > 0 ? Math.min(1, hits / queries) : undefined;
}

function sum(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : values.reduce((all, value) => all + value, 0);
}

function mean(values: readonly number[]): number | undefined {
  const all = sum(values);
  return all === undefined ? undefined : all / values.length;
}
