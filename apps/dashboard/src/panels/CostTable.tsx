import { Link } from "@tanstack/react-router";
import { exactly } from "../filter/exactly.ts";
import { Figure } from "../format/Figure.tsx";
import { count, share } from "../format/number.ts";
import { everyStep } from "../history/use-series.ts";
import type { CostAnswer, CostGroup } from "../services/costs.ts";
import { pageNow } from "../services/page-clock.ts";
import { groupColors } from "../theme/model-color.ts";
import { Change } from "./Change.tsx";
import { Scrolled } from "./Scrolled.tsx";
import { Sparkline } from "./Sparkline.tsx";

const fields: Record<CostGroup, string> = {
  model: "model",
  service: "service",
  user_id: "user",
  organization_id: "org",
  api_key: "key",
  provider: "provider",
};

const number = "px-2 text-right whitespace-nowrap last:pr-4 md:px-3";

interface CostTableProps {
  readonly costs: CostAnswer;
  readonly by: CostGroup;
  readonly title: string;
  /** Not where a part of the period before is not stored. */
  readonly comparable: boolean;
}

/** Who spent how much, most first; a name leads to the requests behind it. */
export function CostTable({ costs, by, title, comparable }: CostTableProps) {
  const { from, to, step_ms: step, groups, left_out: leftOut } = costs;
  const colorOf = groupColors(
    by,
    groups.map(({ group }) => group ?? ""),
  );
  return (
    <Scrolled label="Costs" className="overflow-x-auto">
      <table className="w-full border-t border-line">
        <thead className="text-12 text-faint">
          <tr className="h-8">
            <th scope="col" className="pr-3 pl-4 text-left font-normal">
              {title}
            </th>
            <th scope="col" className={`${number} font-normal`}>
              Cost
            </th>
            <th scope="col" className={`${number} font-normal max-sm:pr-4`}>
              Share
            </th>
            <th scope="col" className={`${number} font-normal max-sm:hidden`}>
              Against before
            </th>
            <th scope="col" className={`${number} font-normal max-md:hidden`}>
              Requests
            </th>
            <th scope="col" className={`${number} font-normal max-md:hidden`}>
              Tokens
            </th>
            <th scope="col" className={`${number} font-normal max-lg:hidden`}>
              Course
            </th>
          </tr>
        </thead>
        <tbody className="numbers">
          {groups.map((row) => {
            const color = colorOf(row.group ?? "");
            return (
              <tr key={row.group} className="row border-t border-line hover:bg-raised">
                <th
                  scope="row"
                  className="max-w-60 pr-3 pl-4 text-left font-medium max-sm:w-full max-sm:max-w-0"
                >
                  <span className="flex items-center gap-2.5">
                    <span
                      aria-hidden="true"
                      className="size-2 shrink-0 rounded-[2px]"
                      style={{ background: color }}
                    />
                    {row.group === null ? (
                      <span className="text-faint">Unknown</span>
                    ) : (
                      <Link
                        to="/requests"
                        search={{ q: exactly(fields[by], row.group ?? "") }}
                        className="truncate hover:underline"
                        title={row.group}
                      >
                        {row.group}
                      </Link>
                    )}
                  </span>
                </th>
                <td className={`${number} font-medium`}>
                  {row.unknown_cost_requests > 0 && row.unknown_cost_requests < row.requests && (
                    <span
                      className="mr-1 text-faint"
                      title={`Without ${count(row.unknown_cost_requests)} requests of unknown cost`}
                    >
                      ≥
                    </span>
                  )}
                  <Figure
                    value={row.unknown_cost_requests >= row.requests ? null : row.cost}
                    unit="money"
                    reason="No price is known for any of these requests"
                  />
                </td>
                <td className={`${number} text-muted max-sm:pr-4`}>{share(row.share)}</td>
                <td className={`${number} max-sm:hidden`}>
                  <Change
                    now={row.cost}
                    before={comparable ? row.previous_cost : null}
                    {...(!comparable && { reason: "Of the period before a part is not stored" })}
                  />
                </td>
                <td className={`${number} max-md:hidden`}>{count(row.requests)}</td>
                <td className={`${number} max-md:hidden`}>
                  {count(row.prompt_tokens + row.completion_tokens)}
                </td>
                <td className={`${number} max-lg:hidden`}>
                  <span className="inline-flex">
                    <Sparkline
                      label={`Course of the cost of ${row.group ?? "unknown"}`}
                      color={color}
                      values={everyStep(row, { from, to, step }, 0, from, pageNow()).map(
                        ([, value]) => value,
                      )}
                    />
                  </span>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
      {leftOut && (
        <p className="border-t border-line px-4 py-2 text-12 text-faint">
          {count(leftOut.groups)} more, together{" "}
          <Figure value={leftOut.cost} unit="money" reason="Unknown" />
        </p>
      )}
    </Scrolled>
  );
}
