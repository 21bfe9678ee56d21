import { spanInWords } from "../format/time.ts";
import { units } from "../format/unit.ts";
import { useZoom } from "../range/use-zoom.ts";
import { type ChartSeries, summarise } from "./data.ts";
import { Legend } from "./Legend.tsx";
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
}: ChartBodyProps) {
  const { zoom, reset } = useZoom();
  const shown: Drawing = log ? { ...drawing, scale: "log" } : drawing;
  const empty = series.every(({ points }) => points.every(([, value]) => value === null));
  return (
    <>
      <div
        role="img"
        className={`relative ${fill ? "min-h-16 flex-1" : ""}`}
        aria-label={inWords(title, series, drawing, from, to)}
      >
        <Plot
          series={series}
          drawing={shown}
          from={from}
          to={to}
          fill={fill}
          onZoom={zoomable ? zoom : undefined}
          onReset={zoomable ? reset : undefined}
          onPoint={onPoint}
        />
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
      <Legend title={title} series={series} unit={drawing.unit} kind={drawing.kind} reach={reach} />
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
