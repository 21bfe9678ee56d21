import { Chart } from "../charts/Chart.tsx";
import type { ChartSeries } from "../charts/data.ts";
import type { Drawing } from "../charts/options.ts";
import { stepInWords } from "../format/duration.ts";
import { useLiveHistory } from "../history/HistoryFeed.tsx";
import { ALL, PERCENTILE_STEP_MS, SETTLED_MS } from "../history/live-history.ts";
import { type StoredLine, useSeries } from "../history/use-series.ts";
import { ModelTable, OF_MODELS } from "../panels/ModelTable.tsx";
import { Nothing, Panel } from "../panels/Panel.tsx";
import { PanelBoundary } from "../panels/PanelBoundary.tsx";
import { useRange } from "../range/use-range.ts";
import { isStreamed, useSpan } from "../range/use-span.ts";
import { useFirstContact } from "../services/first-contact.ts";
import { useLive } from "../services/live.tsx";
import { NothingYet } from "../shell/NothingYet.tsx";
import { Waiting } from "../shell/Waiting.tsx";
import { groupColors } from "../theme/model-color.ts";
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
  const range = useRange();
  return (
    <div className="flex flex-col gap-3 lg:gap-4">
      {range.kind === "live" && isStreamed(range) ? (
        <ModelCharts range={range.ms} />
      ) : (
        <StoredModelCharts />
      )}
      <Panel title="All models" note={OF_MODELS}>
        {models.size === 0 ? (
          <Nothing>No model has been called yet.</Nothing>
        ) : (
          <ModelTable models={[...models.values()]} />
        )}
      </Panel>
    </div>
  );
}

function StoredModelCharts() {
  const span = useSpan();
  const requests = useSeries(span, { metric: "requests", group: "model" });
  const p95 = useSeries(span, { metric: "p95_latency_ms", group: "model" });
  const total = ({ points }: StoredLine): number =>
    points.reduce((sum, [, value]) => sum + (value ?? 0), 0);
  const busiest = [...requests.lines]
    .sort((a, b) => total(b) - total(a) || a.group.localeCompare(b.group))
    .slice(0, MOST_LINES);
  const colorOf = groupColors(
    "model",
    busiest.map(({ group }) => group),
  );
  const common = {
    from: span.from,
    to: span.to,
    reach: span.step,
    note: `per ${stepInWords(span.step)}`,
  };
  return (
    <div className="grid grid-cols-1 gap-3 lg:grid-cols-2 lg:gap-4">
      <PanelBoundary name="Requests per second by model">
        <Chart
          {...common}
          title="Requests per second by model"
          drawing={rates}
          state={requests.state}
          failure={requests.failure}
          series={busiest.map(({ group, points }) => ({
            label: group,
            color: colorOf(group),
            points: points.map(([t, sum]) => [t, sum === null ? null : sum / (span.step / 1000)]),
          }))}
        />
      </PanelBoundary>
      <PanelBoundary name="p95 latency by model">
        <Chart
          {...common}
          title="p95 latency by model"
          drawing={times}
          offerLog
          state={p95.state}
          failure={p95.failure}
          series={busiest.map(({ group }) => ({
            label: group,
            color: colorOf(group),
            points: p95.lines.find((line) => line.group === group)?.points ?? [],
          }))}
        />
      </PanelBoundary>
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
  const colorOf = groupColors("model", busiest);
  const perSecond = busiest.map(
    (model): ChartSeries => ({
      label: model,
      color: colorOf(model),
      points: history.requestsByModel
        .read(model, from, to - SETTLED_MS)
        .map(([t, sum]) => [t, sum === null ? null : sum / (PERCENTILE_STEP_MS / 1000)]),
    }),
  );
  const slowness = busiest.map(
    (model): ChartSeries => ({
      label: model,
      color: colorOf(model),
      points: history.latency.read(model, [0.95], from, to - SETTLED_MS)[0] ?? [],
    }),
  );
  const common = {
    from,
    to,
    reach: PERCENTILE_STEP_MS / 2,
    note: "per 10 s",
    state: history.asking ? "loading" : "ready",
  } as const;
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
