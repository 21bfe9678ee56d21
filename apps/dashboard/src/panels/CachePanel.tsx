import type { KvCacheUpdate } from "@/services";
import { Figure } from "../format/Figure.tsx";
import type { Maybe } from "../format/number.ts";
import type { UnitName } from "../format/unit.ts";
import { Panel } from "./Panel.tsx";

const figures: readonly {
  name: string;
  title: string;
  unit: UnitName;
  /** Its name on the wire, by which it may be told to be unknown. */
  key: string;
  value: (cache: KvCacheUpdate) => Maybe;
}[] = [
  {
    name: "Hit rate",
    title: "Share of looked-up tokens that were held, last five minutes",
    unit: "share",
    key: "hit_rate",
    value: (c) => c.hit_rate,
  },
  {
    name: "Hits",
    title: "Tokens found",
    unit: "count",
    key: "cache_hits",
    value: (c) => c.cache_hits,
  },
  {
    name: "Misses",
    title: "Tokens not found",
    unit: "count",
    key: "cache_misses",
    value: (c) => c.cache_misses,
  },
  {
    name: "In use",
    title: "Share of the KV cache in use, mean over the engines",
    unit: "share",
    key: "usage",
    value: (c) => c.usage,
  },
  {
    name: "Blocks",
    title: "Blocks in use",
    unit: "count",
    key: "cache_entries",
    value: (c) => c.cache_entries,
  },
  {
    name: "Size",
    title: "Bytes of the cache",
    unit: "bytes",
    key: "cache_size_bytes",
    value: (c) => c.cache_size_bytes,
  },
  {
    name: "Evictions",
    title: "Blocks thrown out or, where an engine does not tell, requests preempted",
    unit: "count",
    key: "evictions",
    value: (c) => c.evictions,
  },
  {
    name: "Average lookup",
    title: "Time that a look into the cache takes",
    unit: "duration",
    key: "avg_lookup_time_ms",
    value: (c) => c.avg_lookup_time_ms,
  },
];

/** The engines' prefix caches, summed. */
export function CachePanel({ cache }: { readonly cache: KvCacheUpdate }) {
  const { unknown = [], engines } = cache;
  return (
    <Panel
      title="Prefix cache"
      note={
        engines === undefined ? undefined : `of ${engines} ${engines === 1 ? "engine" : "engines"}`
      }
    >
      <dl className="grid grid-cols-2 gap-4 border-t border-line p-4 sm:grid-cols-4 xl:grid-cols-8">
        {figures.map(({ name, title, unit, key, value }) => (
          <div key={name}>
            <dt className="text-12 text-muted" title={title}>
              {name}
            </dt>
            <dd className="text-16 font-medium">
              <Figure
                value={unknown.includes(key) ? null : value(cache)}
                unit={unit}
                reason="No engine reports it"
              />
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
