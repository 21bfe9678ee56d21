import { Chart } from "../charts/Chart.tsx";
import type { Drawing } from "../charts/options.ts";
import { stepInWords } from "../format/duration.ts";
import { useSeries } from "../history/use-series.ts";
import { useBehind } from "../range/use-behind.ts";
import type { useSpan } from "../range/use-span.ts";
import { PanelBoundary } from "./PanelBoundary.tsx";
import { percentileLines, percentilesOf } from "./percentile-lines.ts";

const times: Drawing = { kind: "line", unit: "duration", scale: "linear", fill: false };

interface StoredPercentilesProps {
  readonly span: ReturnType<typeof useSpan>;
  readonly title: string;
  readonly of: "latency_ms" | "ttft_ms";
  /** Also draws the stretch so long before; ms, 0 for none. */
  readonly before?: number;
  /** Which requests, in the filter language. */
  readonly q?: string;
}

/** p50, p95 and p99 over a span, from history. */
export function StoredPercentiles({ span, title, of, before = 0, q }: StoredPercentilesProps) {
  const open = useBehind();
  const known = of === "ttft_ms" ? "ttft:*" : "latency:*";
  const p50 = useSeries(span, { metric: `p50_${of}`, q });
  const p95 = useSeries(span, { metric: `p95_${of}`, q });
  const p99 = useSeries(span, { metric: `p99_${of}`, q });
  const all = [p50, p95, p99];
  const earlier = { q, before, enabled: before > 0 };
  const then = [
    useSeries(span, { metric: `p50_${of}`, ...earlier }),
    useSeries(span, { metric: `p95_${of}`, ...earlier }),
    useSeries(span, { metric: `p99_${of}`, ...earlier }),
  ];
  return (
    <PanelBoundary name={title}>
      <Chart
        title={title}
        about={percentilesOf(of)}
        note={`per ${stepInWords(span.step)}`}
        drawing={times}
        offerLog
        from={span.from}
        to={span.to}
        reach={span.step}
        onPoint={(t) => open(t, t + span.step, q ? `${q} ${known}` : known)}
        state={all.find(({ state }) => state !== "ready")?.state ?? "ready"}
        failure={all.find(({ failure }) => failure !== undefined)?.failure}
        series={[
          ...percentileLines.map(({ label, color }, index) => ({
            label,
            color,
            points: all[index]?.lines[0]?.points ?? [],
          })),
          ...percentileLines
            .filter(() => before > 0)
            .map(({ label, color }, index) => ({
              label: `${label} before`,
              color: `color-mix(in oklab, ${color} 60%, var(--color-surface))`,
              dashed: true,
              points: then[index]?.lines[0]?.points ?? [],
            })),
        ]}
      />
    </PanelBoundary>
  );
}
