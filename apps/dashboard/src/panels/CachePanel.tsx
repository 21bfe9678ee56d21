import type { KvCacheUpdate } from "@/services";
import { Figure } from "../format/Figure.tsx";
import type { UnitName } from "../format/unit.ts";
import { Nothing, Panel } from "./Panel.tsx";

const rows: readonly { name: string; unit: UnitName; value: (cache: KvCacheUpdate) => number }[] = [
  { name: "Hit rate", unit: "share", value: (c) => c.hit_rate },
  { name: "Hits", unit: "count", value: (c) => c.cache_hits },
  { name: "Misses", unit: "count", value: (c) => c.cache_misses },
  { name: "Size", unit: "bytes", value: (c) => c.cache_size_bytes },
  { name: "Entries", unit: "count", value: (c) => c.cache_entries },
  { name: "Evictions", unit: "count", value: (c) => c.evictions },
  { name: "Average lookup", unit: "duration", value: (c) => c.avg_lookup_time_ms },
];

/** The engines' prefix caches, summed. */
export function CachePanel({ cache }: { readonly cache: KvCacheUpdate | null }) {
  return (
    <Panel title="Prefix cache">
      {cache ? (
        <dl>
          {rows.map(({ name, unit, value }) => (
            <div
              key={name}
              className="flex h-9 items-center justify-between gap-4 border-t border-line px-4"
            >
              <dt className="text-muted">{name}</dt>
              <dd>
                <Figure value={value(cache)} unit={unit} reason="Not reported" />
              </dd>
            </div>
          ))}
        </dl>
      ) : (
        <Nothing>No inference engine reports a cache.</Nothing>
      )}
    </Panel>
  );
}
