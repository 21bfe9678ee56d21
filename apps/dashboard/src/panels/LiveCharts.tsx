import { memo } from "react";
import { Chart } from "../charts/Chart.tsx";
import type { ChartSeries } from "../charts/data.ts";
import type { Drawing } from "../charts/options.ts";
import { useLiveHistory } from "../history/HistoryFeed.tsx";
import {
  ALL,
  barWidth,
  type LiveHistory,
  PERCENTILE_STEP_MS,
  RATE_WINDOW_MS,
  SETTLED_MS,
} from "../history/live-history.ts";
import type { Samples } from "../history/samples.ts";
import { useBehind } from "../range/use-behind.ts";
import { InTurn } from "../shell/InTurn.tsx";
import { PanelBoundary } from "./PanelBoundary.tsx";
import { percentileLines, percentilesOf } from "./percentile-lines.ts";

const line: Drawing = { kind: "line", unit: "rate", scale: "linear", fill: true };
const bars: Drawing = { kind: "bars", unit: "count", scale: "linear", fill: false };
const times: Drawing = { kind: "line", unit: "duration", scale: "linear", fill: false };
const money: Drawing = { ...bars, unit: "money" };

const ps = percentileLines.map(({ p }) => p);

function percentiles(samples: Samples, from: number, to: number): ChartSeries[] {
  const read = samples.read(ALL, ps, from, to - SETTLED_MS);
  return percentileLines.map(({ label, color }, index) => ({
    label,
    color,
    points: read[index] ?? [],
  }));
}

const latencies = percentilesOf("latency_ms");
const firstTokens = percentilesOf("ttft_ms");

interface RangeProps {
  /** How far back the charts look, ms. */
  readonly range: number;
  /** All of them are drawn. */
  readonly onWhole: () => void;
}

/** The time span on show: it ends with the latest tick, so that no chart runs ahead of its data. */
function spanOf(history: LiveHistory, range: number): { from: number; to: number } {
  const to = history.now();
  return { from: to - range, to };
}

/** Six questions about the last minutes, one chart each. */
export const LiveCharts = memo(function LiveCharts({ range, onWhole }: RangeProps) {
  const history = useLiveHistory();
  const open = useBehind();
  const { from, to } = spanOf(history, range);
  const common = { from, to, state: history.asking ? "loading" : "ready" } as const;
  // A rate at a moment is of the seconds before it, a bar of those after its start.
  const before = (t: number): void => open(t - RATE_WINDOW_MS, t);
  const within = (step: number, q?: string) => (t: number) => open(t, t + step, q);
  const settled = to - SETTLED_MS;
  const width = barWidth(range);
  const requests = history.requestRate.read(from, to, history.gap);
  const tokens = history.tokenRate.read(from, to, history.gap);
  return (
    <div className="grid grid-cols-1 gap-3 md:grid-cols-2 lg:gap-4 xl:grid-cols-3">
      <InTurn onWhole={onWhole}>
        <PanelBoundary name="Requests per second">
          <Chart
            {...common}
            title="Requests per second"
            about={["requests_per_second"]}
            drawing={line}
            reach={history.gap}
            onPoint={before}
            series={[{ label: "Requests/s", color: "var(--color-accent)", points: requests }]}
          />
        </PanelBoundary>
        <PanelBoundary name="Tokens per second">
          <Chart
            {...common}
            title="Tokens per second"
            about={["tokens_per_second"]}
            drawing={line}
            reach={history.gap}
            onPoint={before}
            series={[{ label: "Tokens/s", color: "var(--series-3)", points: tokens }]}
          />
        </PanelBoundary>
        <PanelBoundary name="Latency">
          <Chart
            {...common}
            title="Latency"
            about={latencies}
            note="per 10 s"
            drawing={times}
            offerLog
            reach={PERCENTILE_STEP_MS / 2}
            onPoint={within(PERCENTILE_STEP_MS)}
            series={percentiles(history.latency, from, to)}
          />
        </PanelBoundary>
        <PanelBoundary name="Time to first token">
          <Chart
            {...common}
            title="Time to first token"
            about={firstTokens}
            note="per 10 s"
            drawing={times}
            offerLog
            reach={PERCENTILE_STEP_MS / 2}
            onPoint={within(PERCENTILE_STEP_MS, "ttft:*")}
            series={percentiles(history.ttft, from, to)}
          />
        </PanelBoundary>
        <PanelBoundary name="Errors">
          <Chart
            {...common}
            title="Errors"
            note={`per ${width / 1000} s`}
            drawing={bars}
            reach={width}
            onPoint={within(width, "status:error")}
            series={[
              {
                label: "Errors",
                color: "var(--color-bad)",
                points: history.errors.read(ALL, from, settled, width),
              },
            ]}
          />
        </PanelBoundary>
        <PanelBoundary name="Cost">
          <Chart
            {...common}
            title="Cost"
            note={`per ${width / 1000} s`}
            drawing={money}
            reach={width}
            onPoint={within(width, "cost>0")}
            series={[
              {
                label: "Cost",
                color: "var(--series-1)",
                points: history.cost.read(ALL, from, settled, width),
              },
            ]}
          />
        </PanelBoundary>
      </InTurn>
    </div>
  );
});
