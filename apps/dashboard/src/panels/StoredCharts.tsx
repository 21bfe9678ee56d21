import { Chart } from "../charts/Chart.tsx";
import type { ChartSeries } from "../charts/data.ts";
import type { Drawing } from "../charts/options.ts";
import { stepInWords } from "../format/duration.ts";
import { spanInWords } from "../format/time.ts";
import type { Point } from "../history/line.ts";
import { barWidth, PERCENTILE_STEP_MS } from "../history/live-history.ts";
import { type StoredSeries, useSeries } from "../history/use-series.ts";
import { lengthOf, type Range } from "../range/range.ts";
import { useBehind } from "../range/use-behind.ts";
import { useRange } from "../range/use-range.ts";
import { isStreamed, type Span, useSpan } from "../range/use-span.ts";
import { pageNow } from "../services/page-clock.ts";
import { PanelBoundary } from "./PanelBoundary.tsx";
import { StoredPercentiles } from "./StoredPercentiles.tsx";

const line: Drawing = { kind: "line", unit: "rate", scale: "linear", fill: true };
const bars: Drawing = { kind: "bars", unit: "count", scale: "linear", fill: false };
const money: Drawing = { ...bars, unit: "money" };

type Asked = Span & { readonly refresh: number };

/** Per second; of the step that runs, over what has passed of it. */
function rate(points: readonly Point[], step: number): Point[] {
  const now = pageNow();
  return points.map(([t, value]) => {
    const passed = Math.max(1_000, Math.min(step, now - t));
    return [t, value === null ? null : value / (passed / 1000)];
  });
}

/**
 * The steps of the charts, ms: those in which the stream would draw the range, so that figures stay
 * what they are when it is held against the time before; of longer ranges history's own.
 */
export function stepsOf(range: Range): { readonly line?: number; readonly bars?: number } {
  return isStreamed(range) ? { line: PERCENTILE_STEP_MS, bars: barWidth(lengthOf(range)) } : {};
}

function beforeOf(span: Span, range: Range): number {
  return Math.ceil(lengthOf(range) / span.step) * span.step;
}

/** The same six questions over a longer or past stretch of time, answered by history. */
export function StoredCharts({ compare }: { readonly compare: boolean }) {
  const range = useRange();
  const steps = stepsOf(range);
  const span = useSpan(undefined, steps.line);
  const wide = useSpan(undefined, steps.bars);
  const before = beforeOf(span, range);
  const past = useSeries(span, { metric: "requests", before, enabled: compare });
  const nothing = compare && past.state === "ready" && isEmpty(past);
  const held = compare && !nothing;
  const lines = { span, before: held ? before : 0 };
  const sums = { span: wide, before: held ? beforeOf(wide, range) : 0 };
  return (
    <>
      {nothing && (
        <p role="status" className="text-12 text-muted">
          Nothing was stored in the period before, {spanInWords(span.from - before, span.from)}, so
          there is nothing to hold this one against.
        </p>
      )}
      <div className="grid grid-cols-1 gap-3 md:grid-cols-2 lg:gap-4 xl:grid-cols-3">
        <Sum
          {...lines}
          title="Requests per second"
          metric="requests"
          label="Requests/s"
          color="var(--color-accent)"
          drawing={line}
          perSecond
        />
        <Sum
          {...lines}
          title="Tokens per second"
          metric="tokens"
          label="Tokens/s"
          color="var(--series-3)"
          drawing={line}
          perSecond
        />
        <StoredPercentiles {...lines} title="Latency" of="latency_ms" />
        <StoredPercentiles {...lines} title="Time to first token" of="ttft_ms" />
        <Sum
          {...sums}
          title="Errors"
          metric="errors"
          label="Errors"
          color="var(--color-bad)"
          of="status:error"
          drawing={bars}
        />
        <Sum
          {...sums}
          title="Cost"
          metric="cost"
          label="Cost"
          color="var(--series-1)"
          of="cost>0"
          drawing={money}
        />
      </div>
    </>
  );
}

function isEmpty({ lines }: StoredSeries): boolean {
  return lines.every(({ points }) => points.every(([, value]) => value === null));
}

interface SumProps {
  readonly span: Asked;
  /** Also draws the stretch so long before; ms, 0 for none. */
  readonly before: number;
  readonly title: string;
  readonly metric: string;
  readonly label: string;
  readonly color: string;
  readonly drawing: Drawing;
  readonly perSecond?: boolean;
  /** Which requests it is of, in the filter language; absent: all. */
  readonly of?: string;
}

function Sum({ span, before, title, metric, label, color, drawing, perSecond, of }: SumProps) {
  const open = useBehind();
  const now = useSeries(span, { metric });
  const then = useSeries(span, { metric, before, enabled: before > 0 });
  const shown = (points: readonly Point[]): readonly Point[] =>
    perSecond ? rate(points, span.step) : points;
  const series: ChartSeries[] = [
    { label, color, points: shown(now.lines[0]?.points ?? []) },
    ...(before > 0
      ? [
          {
            label: "Period before",
            color: "var(--color-faint)",
            dashed: true,
            points: shown(then.lines[0]?.points ?? []),
          },
        ]
      : []),
  ];
  return (
    <PanelBoundary name={title}>
      <Chart
        title={title}
        about={perSecond ? [`${metric}_per_second`] : []}
        note={`per ${stepInWords(span.step)}`}
        drawing={before > 0 ? { ...drawing, fill: false } : drawing}
        from={span.from}
        to={span.to}
        reach={span.step}
        series={series}
        state={now.state}
        failure={now.failure}
        onPoint={(t) => open(t, t + span.step, of)}
      />
    </PanelBoundary>
  );
}
