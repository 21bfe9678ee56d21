import { type ReactNode, useState } from "react";
import { spanInWords } from "../format/time.ts";
import { units } from "../format/unit.ts";
import { useZoom } from "../range/use-zoom.ts";
import { type ChartSeries, summarise } from "./data.ts";
import { Legend } from "./Legend.tsx";
import type { Drawing } from "./options.ts";
import { Plot } from "./Plot.tsx";

interface ChartProps {
  readonly title: string;
  /** What the figures are of, such as "trailing 10 s". */
  readonly note?: string;
  readonly series: readonly ChartSeries[];
  readonly drawing: Drawing;
  /** Offers a logarithmic scale. */
  readonly offerLog?: boolean;
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
}

/** One question, its line over time, and the answer as a table. */
export function Chart({
  title,
  note,
  series,
  drawing,
  offerLog,
  from,
  to,
  reach,
  state = "ready",
  failure,
  onPoint,
}: ChartProps) {
  const { zoom, reset } = useZoom();
  const [log, setLog] = useState(false);
  const shown: Drawing = log ? { ...drawing, scale: "log" } : drawing;
  const toggle: ReactNode = offerLog && (
    <button
      type="button"
      aria-pressed={log}
      onClick={() => setLog(!log)}
      className="-my-1 rounded-inner px-1.5 py-1 text-12 text-faint transition-colors hover:bg-raised hover:text-ink aria-pressed:bg-raised aria-pressed:text-ink max-md:min-h-11 max-md:px-3"
    >
      Log scale
    </button>
  );
  const empty = series.every(({ points }) => points.every(([, value]) => value === null));
  return (
    <section className="panel flex min-w-0 flex-col gap-2 p-4 pb-3">
      <header className="flex items-baseline justify-between gap-3">
        <h2 className="truncate text-13 font-medium">
          {title}
          {note && <span className="ml-2 text-12 font-normal text-faint">{note}</span>}
        </h2>
        {toggle}
      </header>
      <div role="img" className="relative" aria-label={inWords(title, series, drawing, from, to)}>
        <Plot
          series={series}
          drawing={shown}
          from={from}
          to={to}
          onZoom={zoom}
          onReset={reset}
          onPoint={onPoint}
        />
        {empty && (
          <p className="pointer-events-none absolute inset-x-0 top-14 text-center text-12 text-faint">
            {state === "failed"
              ? `History did not answer. ${failure ?? ""}`
              : state === "loading"
                ? "Asking history"
                : "No data in this range"}
          </p>
        )}
      </div>
      <Legend title={title} series={series} unit={drawing.unit} kind={drawing.kind} reach={reach} />
    </section>
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
