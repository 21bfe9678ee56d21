import { Chart } from "../charts/Chart.tsx";
import type { Drawing } from "../charts/options.ts";
import { useLiveHistory } from "../history/HistoryFeed.tsx";
import { CachePanel } from "../panels/CachePanel.tsx";
import { EngineCharts } from "../panels/EngineCharts.tsx";
import { EnginePanel } from "../panels/EnginePanel.tsx";
import { GpuPanel } from "../panels/GpuPanel.tsx";
import { HostFigures } from "../panels/HostFigures.tsx";
import { PanelBoundary } from "../panels/PanelBoundary.tsx";
import { RateLimits } from "../panels/RateLimits.tsx";
import { ScrapeTargets } from "../panels/ScrapeTargets.tsx";
import { useLive } from "../services/live.tsx";
import { Waiting } from "../shell/Waiting.tsx";

const usage: Drawing = { kind: "line", unit: "percentage", scale: "linear", fill: false };
const traffic: Drawing = { kind: "line", unit: "bytesPerSecond", scale: "linear", fill: false };

const SHOWN_MS = 5 * 60_000;

/** The host that serves, its GPUs and engines, the caches and the limits of the providers. */
export default function System() {
  const { systemStats, rateLimits, kvCache, metrics } = useLive();
  if (!systemStats && !metrics) return <Waiting />;
  const { gpus = [], engines = [], targets = [] } = systemStats ?? {};
  // What keeps figures from coming is said before the figures.
  const troubled = targets.some(({ up }) => up === false);
  return (
    <div className="flex flex-col gap-3 lg:gap-4">
      <PanelBoundary name="Host">
        <HostFigures system={systemStats} />
      </PanelBoundary>
      {troubled && <ScrapeTargets targets={targets} />}
      <HostCharts />
      {engines.length > 0 && (
        <>
          <EnginePanel engines={engines} />
          <EngineCharts engines={engines} />
        </>
      )}
      {kvCache && kvCache.engines !== 0 && <CachePanel cache={kvCache} />}
      {gpus.length > 0 && <GpuPanel gpus={gpus} />}
      <RateLimits limits={[...rateLimits.values()]} />
      {!troubled && (targets.length > 0 || engines.length === 0) && (
        <ScrapeTargets targets={targets} />
      )}
    </div>
  );
}

function HostCharts() {
  const history = useLiveHistory();
  const to = history.now();
  const common = {
    from: to - SHOWN_MS,
    to,
    reach: history.gap,
    note: "last five minutes",
  };
  const read = (line: typeof history.cpu) => line.read(common.from, to, history.gap);
  return (
    <div className="grid grid-cols-1 gap-3 lg:grid-cols-2 lg:gap-4">
      <PanelBoundary name="CPU and memory">
        <Chart
          {...common}
          title="CPU and memory"
          drawing={usage}
          series={[
            { label: "CPU", color: "var(--series-1)", points: read(history.cpu) },
            { label: "Memory", color: "var(--series-4)", points: read(history.memory) },
          ]}
        />
      </PanelBoundary>
      <PanelBoundary name="Network">
        <Chart
          {...common}
          title="Network"
          drawing={traffic}
          series={[
            { label: "Received", color: "var(--series-3)", points: read(history.received) },
            { label: "Sent", color: "var(--series-2)", points: read(history.sent) },
          ]}
        />
      </PanelBoundary>
    </div>
  );
}
