import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import { stepInWords } from "../format/duration.ts";
import { count } from "../format/number.ts";
import { spanInWords } from "../format/time.ts";
import { units } from "../format/unit.ts";
import type { Range } from "../range/range.ts";
import { useSpanOf } from "../range/use-span.ts";
import { fetchHeatmap } from "../services/heatmap.ts";
import type { PanelQuestion } from "./board.ts";
import { HeatCanvas } from "./HeatCanvas.tsx";
import { heatGrid } from "./heat-cells.ts";
import { infoOf, isHeatmapMetric } from "./metrics.ts";
import type { PanelFilesRef } from "./panel-files.ts";
import { titleOf } from "./title.ts";

interface HeatmapPanelProps {
  readonly panel: PanelQuestion;
  readonly range: Range;
  readonly files: PanelFilesRef;
}

/** How the values of single requests spread, over time: the darker a cell, the more requests. */
export function HeatmapPanel({ panel, range, files }: HeatmapPanelProps) {
  const metric = isHeatmapMetric(panel.metric) ? panel.metric : "latency_ms";
  const { name, unit } = infoOf("heatmap", metric);
  const { short } = units[unit];
  const { from, to, step, live, refresh } = useSpanOf(range, 120);
  const question = { metric, q: panel.q, from, to, step };
  const { data, error } = useQuery({
    queryKey: ["heatmap", question],
    queryFn: ({ signal }) => fetchHeatmap(question, signal),
    placeholderData: keepPreviousData,
    refetchInterval: live ? refresh : false,
    staleTime: live ? refresh / 2 : Number.POSITIVE_INFINITY,
  });
  const grid = useMemo(
    () => heatGrid(data ?? { buckets: [], cells: [] }, { from, to, step: data?.step_ms ?? step }),
    [data, from, to, step],
  );
  useEffect(() => {
    files.current = {
      table: () => ({
        columns: ["time", `${name} from`, `${name} below`, "requests"],
        rows: grid.times.flatMap((t, column) =>
          grid.rows.flatMap(({ low, high, counts }) => {
            const requests = counts[column] ?? 0;
            return requests === 0 ? [] : [[new Date(t).toISOString(), low, high, requests]];
          }),
        ),
      }),
      lines: [],
      note: `${spanInWords(from, to)} · ${count(grid.total)} requests · per ${stepInWords(grid.step)}`,
    };
  });
  const title = titleOf(panel);
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-1 px-4 pb-3">
      <div className="relative min-h-16 flex-1">
        {grid.total > 0 ? (
          <HeatCanvas grid={grid} unit={unit} />
        ) : (
          <p className="absolute inset-x-0 top-1/3 text-center text-12 text-faint">
            {error
              ? `History did not answer. ${error.message}`
              : data
                ? "No data in this range"
                : ""}
          </p>
        )}
      </div>
      {/* A table does not shrink to nothing by itself. */}
      <div className="sr-only">
        <table>
          <caption>
            {title}, {spanInWords(from, to)}: how many requests had which value
          </caption>
          <thead>
            <tr>
              <th scope="col">{name}</th>
              <th scope="col">Requests</th>
              <th scope="col">Share</th>
            </tr>
          </thead>
          <tbody>
            {grid.rows.map(({ bucket, low, high, total }) => (
              <tr key={bucket}>
                <th scope="row">{bucket === null ? "Zero" : `${short(low)} to ${short(high)}`}</th>
                <td>{count(total)}</td>
                <td>{units.share.short(grid.total > 0 ? total / grid.total : null)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
