import type { Engine } from "@telltale/protocol";
import { Chart } from "../charts/Chart.tsx";
import type { ChartSeries } from "../charts/data.ts";
import type { Drawing } from "../charts/options.ts";
import { type EngineMoment, useEngineMoments } from "../services/engines.ts";
import { useSeconds } from "../services/seconds.ts";
import { PanelBoundary } from "./PanelBoundary.tsx";

const SHOWN_MS = 5 * 60_000;
/** The server keeps a moment per second; where several are missing there is a gap. */
const REACH_MS = 3500;
/** More lines than these say nothing. */
const MOST_LINES = 8;

const requests: Drawing = { kind: "line", unit: "count", scale: "linear", fill: false };
const cache: Drawing = { kind: "line", unit: "share", scale: "linear", fill: false };

/** The engines' queue and caches over the last five minutes. */
export function EngineCharts({ engines }: { readonly engines: readonly Engine[] }) {
  const moments = useEngineMoments(true);
  const now = useSeconds();
  // The server's clock is what the moments are told by.
  const to = Math.max(moments.at(-1)?.time ?? now, 0);
  const common = { from: to - SHOWN_MS, to, reach: REACH_MS, note: "last five minutes" };
  const caches = engines.filter((engine) => engine.kv_cache_usage !== undefined);
  const fullest = [...caches]
    .sort((a, b) => (b.kv_cache_usage ?? 0) - (a.kv_cache_usage ?? 0))
    .slice(0, MOST_LINES)
    .map(({ name }) => name)
    .sort();
  return (
    <div className="grid grid-cols-1 gap-3 lg:grid-cols-2 lg:gap-4">
      <PanelBoundary name="Requests in the engines">
        <Chart
          {...common}
          title="Requests in the engines"
          drawing={requests}
          series={[
            line("Running", 1, moments, (moment) => moment.active_workers),
            line("Waiting", 2, moments, (moment) => moment.queue_size),
          ]}
        />
      </PanelBoundary>
      {fullest.length > 0 && (
        <PanelBoundary name="KV cache in use">
          <Chart
            {...common}
            title="KV cache in use"
            drawing={cache}
            series={fullest.map((name, index) =>
              line(
                name,
                index + 1,
                moments,
                (moment) => moment.engines.find((one) => one.name === name)?.kv_cache_usage ?? null,
              ),
            )}
          />
        </PanelBoundary>
      )}
    </div>
  );
}

function line(
  label: string,
  color: number,
  moments: readonly EngineMoment[],
  value: (moment: EngineMoment) => number | null,
): ChartSeries {
  const points: (readonly [number, number | null])[] = [];
  for (const moment of moments) {
    const last = points.at(-1)?.[0] ?? moment.time;
    if (moment.time - last > REACH_MS) points.push([last + 1000, null]);
    points.push([moment.time, value(moment)]);
  }
  return { label, color: `var(--series-${color})`, points };
}
