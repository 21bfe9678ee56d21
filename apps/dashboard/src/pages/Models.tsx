import { useState } from "react";
import { Chart } from "../charts/Chart.tsx";
import type { ChartSeries } from "../charts/data.ts";
import type { Drawing } from "../charts/options.ts";
import { useLiveHistory } from "../history/HistoryFeed.tsx";
import { ALL, PERCENTILE_STEP_MS, SETTLED_MS } from "../history/live-history.ts";
import { ModelTable } from "../panels/ModelTable.tsx";
import { Nothing, Panel } from "../panels/Panel.tsx";
import { PanelBoundary } from "../panels/PanelBoundary.tsx";
import { RangePicker, SHORTEST_RANGE_MS } from "../panels/RangePicker.tsx";
import { useFirstContact } from "../services/first-contact.ts";
import { useLive } from "../services/live.tsx";
import { NothingYet } from "../shell/NothingYet.tsx";
import { Waiting } from "../shell/Waiting.tsx";
import { modelColor } from "../theme/model-color.ts";
import { SLOTS } from "../theme/palette.ts";

// More lines than colours could not be told apart.
const MOST_LINES = SLOTS;

const rates: Drawing = { kind: "line", unit: "rate", scale: "linear", fill: false };
const times: Drawing = { kind: "line", unit: "duration", scale: "linear", fill: false };

/** Models side by side, and over the last minutes. */
export default function Models() {
  const contact = useFirstContact();
  if (contact === "waiting") return <Waiting />;
  if (contact === "empty")
    return <NothingYet what="Each model appears here with its first request." />;
  return <ModelsWithData />;
}

function ModelsWithData() {
  const { models } = useLive();
  const [range, setRange] = useState<number>(SHORTEST_RANGE_MS);
  return (
    <div className="flex flex-col gap-3 lg:gap-4">
      <div className="flex items-center justify-between gap-3">
        <p className="text-12 text-faint">Percentiles over 5 min · counts since the beginning</p>
        <RangePicker range={range} onChange={setRange} />
      </div>
      <ModelCharts range={range} />
      <Panel title="All models" note={String(models.size)}>
        {models.size === 0 ? (
          <Nothing>No model has been called yet.</Nothing>
        ) : (
          <ModelTable models={[...models.values()]} />
        )}
      </Panel>
    </div>
  );
}

function ModelCharts({ range }: { readonly range: number }) {
  const history = useLiveHistory();
  const { models } = useLive();
  const to = history.now();
  const from = to - range;
  const busiest = [...models.values()]
    .sort((a, b) => b.request_count - a.request_count || a.model.localeCompare(b.model))
    .slice(0, MOST_LINES)
    .map(({ model }) => model)
    .filter((model) => model !== ALL);
  const perSecond = busiest.map(
    (model): ChartSeries => ({
      label: model,
      color: modelColor(model),
      points: history.requestsByModel
        .read(model, from, to - SETTLED_MS)
        .map(([t, sum]) => [t, sum === null ? null : sum / (PERCENTILE_STEP_MS / 1000)]),
    }),
  );
  const slowness = busiest.map(
    (model): ChartSeries => ({
      label: model,
      color: modelColor(model),
      points: history.latency.read(model, [0.95], from, to - SETTLED_MS)[0] ?? [],
    }),
  );
  const common = { from, to, reach: PERCENTILE_STEP_MS / 2, note: "per 10 s" };
  return (
    <div className="grid grid-cols-1 gap-3 lg:grid-cols-2 lg:gap-4">
      <PanelBoundary name="Requests per second by model">
        <Chart
          {...common}
          title="Requests per second by model"
          drawing={rates}
          series={perSecond}
        />
      </PanelBoundary>
      <PanelBoundary name="p95 latency by model">
        <Chart
          {...common}
          title="p95 latency by model"
          drawing={times}
          offerLog
          series={slowness}
        />
      </PanelBoundary>
    </div>
  );
}
