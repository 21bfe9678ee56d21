import { Figure } from "../format/Figure.tsx";
import { clockTime } from "../format/time.ts";
import type { UnitName } from "../format/unit.ts";
import { useCrosshair } from "./crosshair.ts";
import { type ChartSeries, summarise, valueAt } from "./data.ts";

interface LegendProps {
  readonly title: string;
  readonly series: readonly ChartSeries[];
  readonly unit: UnitName;
  readonly kind: "line" | "bars";
  /** How far from the pointer a value still counts as being under it, ms. */
  readonly reach: number;
  /** What the chart spans, Unix ms: the pointer may be on one of another time. */
  readonly from: number;
  readonly to: number;
}

const EMPTY = "No data in this range";
const cell = "py-0.5 pl-2 md:pl-3 text-right whitespace-nowrap";

/** As wide as the longest figure of a unit, so that a name keeps what is left and nothing moves. */
function widthOf(unit: UnitName): string {
  const long = unit === "money" || unit === "bytesPerSecond" || unit === "duration";
  return long ? "w-20 2xl:w-24" : "w-16 2xl:w-20";
}

/** The legend is a table: what stood at the pointer, else last, with average and maximum. */
export function Legend({ title, series, unit, kind, reach, from, to }: LegendProps) {
  const pointed = useCrosshair();
  const moment = pointed !== null && pointed >= from && pointed <= to ? pointed : null;
  // Three long figures leave a name no room on a telephone.
  const narrow = unit === "money" || unit === "duration" ? "max-sm:hidden" : "";
  return (
    <table className="w-full table-fixed text-12 numbers">
      <caption className="sr-only">{title}</caption>
      <thead>
        <tr className="text-faint">
          <th scope="col" className="py-0.5 text-left font-normal">
            <span className="sr-only">Series</span>
          </th>
          <th scope="col" className={`${cell} ${widthOf(unit)} font-normal`}>
            {moment === null ? "Last" : clockTime(moment)}
          </th>
          <th scope="col" className={`${cell} ${widthOf(unit)} ${narrow} font-normal`}>
            Avg
          </th>
          <th scope="col" className={`${cell} ${widthOf(unit)} font-normal`}>
            Max
          </th>
        </tr>
      </thead>
      <tbody>
        {series.map((line) => {
          const { last, average, max } = summarise(line.points);
          const shown = moment === null ? last : valueAt(line.points, moment, reach);
          const reason = moment === null ? EMPTY : "No data at this moment";
          return (
            <tr key={line.label}>
              <th
                scope="row"
                className="max-w-0 truncate normal-nums py-0.5 text-left font-normal text-muted"
                title={line.label}
              >
                <span
                  aria-hidden="true"
                  className={`mr-2 inline-block align-middle ${kind === "bars" && !line.dashed ? "size-2 rounded-[2px]" : "h-0.5 w-3"}`}
                  style={{ background: line.color }}
                />
                {line.label}
              </th>
              <td className={`${cell} font-medium text-ink`}>
                <Figure value={shown} unit={unit} reason={reason} />
              </td>
              <td className={`${cell} ${narrow} text-muted`}>
                <Figure value={average} unit={unit} reason={EMPTY} />
              </td>
              <td className={`${cell} text-muted`}>
                <Figure value={max} unit={unit} reason={EMPTY} />
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
