import type { KvCacheUpdate } from "@/services";
import { Figure } from "../format/Figure.tsx";
import type { UnitName } from "../format/unit.ts";
import { Panel } from "./Panel.tsx";

const figures: readonly {
  name: string;
  unit: UnitName;
  value: (cache: KvCacheUpdate) => number;
}[] = [
  { name: "Hit rate", unit: "share", value: (c) => c.hit_rate },
  { name: "Hits", unit: "count", value: (c) => c.cache_hits },
  { name: "Misses", unit: "count", value: (c) => c.cache_misses },
  { name: "Size", unit: "bytes", value: (c) => c.cache_size_bytes },
  { name: "Entries", unit: "count", value: (c) => c.cache_entries },
  { name: "Evictions", unit: "count", value: (c) => c.evictions },
  { name: "Average lookup", unit: "duration", value: (c) => c.avg_lookup_time_ms },
];

/** The engines' prefix caches, summed. */
export function CachePanel({ cache }: { readonly cache: KvCacheUpdate }) {
  return (
    <Panel title="Prefix cache">
      <dl className="grid grid-cols-2 gap-4 border-t border-line p-4 sm:grid-cols-4 xl:grid-cols-7">
        {figures.map(({ name, unit, value }) => (
          <div key={name}>
            <dt className="text-12 text-muted">{name}</dt>
            <dd className="text-16 font-medium">
              <Figure value={value(cache)} unit={unit} reason="Not reported" />
            </dd>
          </div>
        ))}
      </dl>
    </Panel>
  );
}
