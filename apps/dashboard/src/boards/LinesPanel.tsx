import { useEffect } from "react";
import { ChartBody } from "../charts/ChartBody.tsx";
import { type ChartSeries, summarise } from "../charts/data.ts";
import { seriesTable } from "../export/data-table.ts";
import { spanInWords } from "../format/time.ts";
import { units } from "../format/unit.ts";
import { type StoredLine, useSeries } from "../history/use-series.ts";
import type { Range } from "../range/range.ts";
import { useSpanOf } from "../range/use-span.ts";
import { groupColors } from "../theme/model-color.ts";
import type { PanelQuestion } from "./board.ts";
import { infoOf } from "./metrics.ts";
import type { PanelFilesRef } from "./panel-files.ts";
import { titleOf } from "./title.ts";

const MOST_LINES = 7;

interface LinesPanelProps {
  readonly panel: PanelQuestion;
  readonly range: Range;
  readonly files: PanelFilesRef;
}

const weight = ({ points }: StoredLine): number => summarise(points).average ?? 0;

/** A metric over time, as lines or bars; of groups those with most. */
export function LinesPanel({ panel, range, files }: LinesPanelProps) {
  const { kind, metric, group, q } = panel;
  const { name, unit } = infoOf(kind, metric);
  const bars = kind === "bars";
  const span = useSpanOf(range, bars ? 60 : 240);
  const { lines, state, failure } = useSeries(span, { metric, group, q });
  const shown =
    group === undefined
      ? lines
      : [...lines].sort((a, b) => weight(b) - weight(a)).slice(0, MOST_LINES);
  const colorOf = groupColors(
    group ?? "",
    shown.map((line) => line.group),
  );
  const series: readonly ChartSeries[] =
    shown.length === 0
      ? [{ label: name, color: "var(--color-accent)", points: [] }]
      : shown.map((line) => ({
          label: group === undefined ? name : line.group || "Unknown",
          color: group === undefined ? "var(--color-accent)" : colorOf(line.group),
          points: line.points,
        }));
  useEffect(() => {
    const { short } = units[unit];
    files.current = {
      table: () => seriesTable(series),
      note: spanInWords(span.from, span.to),
      lines: series.map(({ label, color, points }) => {
        const { last, average, max } = summarise(points);
        const figures = `last ${short(last)}   avg ${short(average)}   max ${short(max)}`;
        return { label, color, figures };
      }),
    };
  });
  const more = lines.length - shown.length;
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2 px-4 pb-3">
      <ChartBody
        title={titleOf(panel)}
        series={series}
        drawing={{
          kind: bars ? "bars" : "line",
          unit,
          scale: "linear",
          fill: !bars && series.length === 1,
        }}
        from={span.from}
        to={span.to}
        reach={span.step}
        state={state}
        failure={failure}
        zoomable={panel.range === undefined}
        fill
      />
      {more > 0 && (
        <p className="text-12 text-faint">
          The {MOST_LINES} with most; {more} more are not drawn.
        </p>
      )}
    </div>
  );
}
