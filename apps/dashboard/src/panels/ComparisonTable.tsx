import { Fragment } from "react";
import { Figure } from "../format/Figure.tsx";
import { count } from "../format/number.ts";
import { momentInWords } from "../format/time.ts";
import { type UnitName, units } from "../format/unit.ts";
import type { Comparison } from "../services/compare.ts";
import { Change } from "./Change.tsx";
import { Scrolled } from "./Scrolled.tsx";

interface Shown {
  readonly name: string;
  readonly unit: UnitName;
  readonly worse?: "more" | "less";
}

const metrics: Readonly<Record<string, Shown>> = {
  requests: { name: "Requests", unit: "count" },
  error_rate: { name: "Error rate", unit: "share", worse: "more" },
  p50_latency_ms: { name: "p50 latency", unit: "duration", worse: "more" },
  p95_latency_ms: { name: "p95 latency", unit: "duration", worse: "more" },
  p50_ttft_ms: { name: "p50 time to first token", unit: "duration", worse: "more" },
  p95_ttft_ms: { name: "p95 time to first token", unit: "duration", worse: "more" },
  tokens: { name: "Tokens", unit: "count" },
  cost: { name: "Cost", unit: "money", worse: "more" },
};

const said: Readonly<Record<Comparison["significance"]["verdict"], string>> = {
  higher: "Higher",
  lower: "Lower",
  no_difference: "No clear difference",
  too_few: "Too few to tell",
  not_tested: "Not tested",
};

const number = "px-2 text-right whitespace-nowrap md:px-3";

interface ComparisonTableProps {
  /** Undefined while they are compared: the table keeps the place of what will stand in it. */
  readonly comparisons: readonly Comparison[] | undefined;
  readonly left: string;
  readonly right: string;
  /** When what is stored begins, Unix ms, where that is within the time of the right side. */
  readonly begins?: number | undefined;
}

/** Each metric on both sides, how far apart, and whether chance alone would do that. */
export function ComparisonTable({ comparisons, left, right, begins }: ComparisonTableProps) {
  const missing = comparisons && missingIn(comparisons, left, right);
  const shown = Object.entries(metrics).flatMap(([metric, { name, unit, worse }]) => {
    const row = comparisons?.find((each) => each.metric === metric);
    return row || !comparisons ? [{ metric, name, unit, worse, row }] : [];
  });
  const reason = comparisons ? "No request tells it" : "comparing";
  return (
    <Scrolled label="Comparison" className="overflow-x-auto">
      <p className="border-t border-line px-4 py-2 text-12 text-muted md:hidden">
        First: {left}. Second: {right}.
      </p>
      <table aria-busy={!comparisons} className="w-full border-t border-line numbers">
        <thead className="text-12 text-faint">
          <tr className="h-8">
            <th scope="col" className="pr-3 pl-4 text-left font-normal">
              Metric
            </th>
            <th scope="col" className={`${number} max-w-40 truncate font-normal`} title={left}>
              <span className="max-md:hidden">{left}</span>
              <span className="md:hidden">First</span>
            </th>
            <th scope="col" className={`${number} max-w-40 truncate font-normal`} title={right}>
              <span className="max-md:hidden">{right}</span>
              <span className="md:hidden">Second</span>
            </th>
            <th scope="col" className={`${number} font-normal`}>
              Change
            </th>
            <th scope="col" className="px-3 pr-4 text-left font-normal max-md:hidden">
              What it means
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map(({ metric, name, unit, worse, row }) => (
            <Fragment key={metric}>
              <tr className="row border-t border-line hover:bg-raised">
                <th
                  scope="row"
                  className="pr-2 pl-4 text-left font-medium max-md:py-1.5 md:pr-3 md:whitespace-nowrap"
                >
                  {name}
                </th>
                <td className={`${number} font-medium`}>
                  <Figure value={row?.value} unit={unit} reason={reason} />
                </td>
                <td className={`${number} text-muted`}>
                  <Figure value={row?.against_value} unit={unit} reason={reason} />
                </td>
                <td className={number} title={row && differenceOf(row, unit)}>
                  <Change
                    now={row?.value}
                    before={row?.against_value}
                    {...(worse && row && isClear(row) && { worse })}
                  />
                </td>
                <td className="px-3 pr-4 max-md:hidden" title={row?.text}>
                  <Meaning row={row} />
                </td>
              </tr>
              {/* Where there is no room for a column. */}
              <tr className="md:hidden">
                <td colSpan={4} className="px-4 pb-2 text-12">
                  <Meaning row={row} />
                </td>
              </tr>
            </Fragment>
          ))}
        </tbody>
      </table>
      <p className={`border-t border-line px-4 py-2 text-12 ${missing ? "" : "text-faint"}`}>
        {missing
          ? `Nothing is stored of ${missing}: there is nothing to compare with.`
          : `A difference is clear below p = ${clearBelow(shown.length).toPrecision(2)}, so that chance makes one of these ${count(shown.length)} look clear once in twenty times.`}
        {!missing && begins !== undefined && (
          <span className="text-ink">
            {` What is stored begins on ${momentInWords(begins)}: sums of ${right} are of less than that time.`}
          </span>
        )}
      </p>
    </Scrolled>
  );
}

/** The side of which nothing is stored, if either. */
function missingIn(
  comparisons: readonly Comparison[],
  left: string,
  right: string,
): string | undefined {
  if (comparisons.every(({ against_count: there }) => there === 0)) return right;
  return comparisons.every(({ count: here }) => here === 0) ? left : undefined;
}

function Meaning({ row }: { readonly row: Comparison | undefined }) {
  if (!row) return <span className="text-faint">Comparing</span>;
  return (
    <>
      <span className={isClear(row) ? "font-medium" : "text-muted"}>
        {said[row.significance.verdict]}
      </span>
      <span className="ml-2 text-12 text-faint">{restingOn(row)}</span>
    </>
  );
}

/** The level the server tests at, shared among the figures of one answer (docs/api.md). */
function clearBelow(figures: number): number {
  return 0.05 / Math.max(1, figures);
}

function isClear({ significance }: Comparison): boolean {
  return significance.verdict === "higher" || significance.verdict === "lower";
}

function differenceOf({ difference }: Comparison, unit: UnitName): string {
  return difference === null ? "" : `${difference > 0 ? "+" : ""}${units[unit].full(difference)}`;
}

function restingOn({ significance: { p }, count: here, against_count: there }: Comparison): string {
  const chance = p === null ? "" : p < 0.001 ? "p < 0.001, " : `p = ${p.toPrecision(2)}, `;
  return `${chance}${count(here)} against ${count(there)} requests`;
}
