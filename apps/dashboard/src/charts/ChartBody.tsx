import { useState } from "react";
import { clockTime, spanInWords } from "../format/time.ts";
import { units } from "../format/unit.ts";
import { Scrolled } from "../panels/Scrolled.tsx";
import { useZoom } from "../range/use-zoom.ts";
import { type Mark, useAnnotations } from "./annotations.ts";
import { type ChartSeries, summarise } from "./data.ts";
import { Legend } from "./Legend.tsx";
import { MarksTold, sameMarks } from "./MarksTold.tsx";
import type { Drawing } from "./options.ts";
import { Plot } from "./Plot.tsx";

export interface ChartBodyProps {
  readonly title: string;
  readonly series: readonly ChartSeries[];
  readonly drawing: Drawing;
  /** Unix ms. */
  readonly from: number;
  readonly to: number;
  /** ms. */
  readonly reach: number;
  /** Of data that had to be asked for. Default `ready`. */
  readonly state?: "loading" | "ready" | "failed";
  /** What went wrong, in words. */
  readonly failure?: string | undefined;
  /** The point at this time, Unix ms, was clicked. */
  readonly onPoint?: ((t: number) => void) | undefined;
  /** Draws on a logarithmic scale, whatever `drawing` says. */
  readonly log?: boolean;
  /** Takes the height there is, instead of one of its own. */
  readonly fill?: boolean;
  /** Marking a stretch makes it the page's range. Default true. */
  readonly zoomable?: boolean;
  /** Metrics that it draws, by the names that alert rules know them: their limits are shown. */
  readonly about?: readonly string[];
  /** What happened; absent: what the page says. */
  readonly marks?: readonly Mark[];
}

/** The plot and the legend below it. */
export function ChartBody({
  title,
  series,
  drawing,
  from,
  to,
  reach,
  state = "ready",
  failure,
  onPoint,
  log = false,
  fill = false,
  zoomable = true,
  about,
  marks,
}: ChartBodyProps) {
  const annotations = useAnnotations(about);
  const happened = marks ?? annotations.marks;
  const { zoom, reset } = useZoom();
  const [near, setNear] = useState<readonly Mark[]>([]);
  const shown: Drawing = log ? { ...drawing, scale: "log" } : drawing;
  const empty = series.every(({ points }) => points.every(([, value]) => value === null));
  const legend = (
    <Legend
      title={title}
      series={series}
      unit={drawing.unit}
      kind={drawing.kind}
      reach={reach}
      from={from}
      to={to}
    />
  );
  return (
    <>
      <div
        role="img"
        className={`relative ${fill ? "min-h-16 flex-1" : ""}`}
        aria-label={`${inWords(title, series, drawing, from, to)}${marksInWords(happened, from, to)}`}
      >
        <Plot
          series={series}
          drawing={shown}
          from={from}
          to={to}
          fill={fill}
          marks={happened}
          limits={annotations.limits}
          onZoom={zoomable ? zoom : undefined}
          onReset={zoomable ? reset : undefined}
          onPoint={onPoint}
          onNear={(marks) => setNear((before) => (sameMarks(before, marks) ? before : marks))}
        />
        <MarksTold marks={near} to={to} from={from} />
        {empty && (
          <p className="pointer-events-none absolute inset-x-0 top-1/3 text-center text-12 text-faint">
            {state === "failed"
              ? `History did not answer. ${failure ?? ""}`
              : state === "loading"
                ? "Asking history"
                : "No data in this range"}
          </p>
        )}
      </div>
      {fill ? (
        <Scrolled label={`Legend of ${title}`} className="max-h-2/5 overflow-y-auto">
          {legend}
        </Scrolled>
      ) : (
        legend
      )}
    </>
  );
}

function inWords(
  title: string,
  series: readonly ChartSeries[],
  drawing: Drawing,
  from: number,
  to: number,
): string {
  const { short } = units[drawing.unit];
  const lines = series.map(({ label, points }) => {
    const { last, average, max } = summarise(points);
    return last === null
      ? `${label}: no data`
      : `${label}: last ${short(last)}, average ${short(average)}, maximum ${short(max)}`;
  });
  return `${title}, ${spanInWords(from, to)}. ${lines.join("; ")}.`;
}

function marksInWords(marks: readonly Mark[], from: number, to: number): string {
  const within = marks.filter(({ at }) => at >= from && at <= to);
  if (within.length === 0) return "";
  const words = within
    .slice(0, 10)
    .map(({ at, word, name }) => [word, name, clockTime(at)].filter(Boolean).join(" "));
  return ` Alerts: ${words.join(", ")}${within.length > 10 ? ` and ${within.length - 10} more` : ""}.`;
}
