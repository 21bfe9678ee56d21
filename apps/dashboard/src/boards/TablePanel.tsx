import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { fieldOfWire, quoteValue } from "@telltale/protocol/query";
import { useEffect } from "react";
import type { SeriesGroup } from "@/services";
import { Figure } from "../format/Figure.tsx";
import { spanInWords } from "../format/time.ts";
import { Scrolled } from "../panels/Scrolled.tsx";
import type { Range } from "../range/range.ts";
import { useSpanOf } from "../range/use-span.ts";
import { fetchBreakdown } from "../services/breakdown.ts";
import type { PanelQuestion } from "./board.ts";
import { groupNames, infoOf, isSeriesMetric } from "./metrics.ts";
import type { PanelFilesRef } from "./panel-files.ts";
import { titleOf } from "./title.ts";

const SHOWN = 50;

interface TablePanelProps {
  readonly panel: PanelQuestion;
  readonly range: Range;
  readonly files: PanelFilesRef;
  /** Rows lead to their requests. */
  readonly links: boolean;
}

const cell = "px-2 text-right whitespace-nowrap last:pr-4";

/** Who or what has most of a metric. */
export function TablePanel({ panel, range, files, links }: TablePanelProps) {
  const { kind, metric, group = "model", q } = panel;
  const { name, unit } = infoOf(kind, metric);
  const span = useSpanOf(range);
  const question = {
    metric: isSeriesMetric(metric) ? metric : "requests",
    group,
    q,
    from: span.from,
    to: span.to,
    limit: SHOWN,
  } as const;
  const { data, error } = useQuery({
    queryKey: ["breakdown", question],
    queryFn: ({ signal }) => fetchBreakdown(question, signal),
    placeholderData: keepPreviousData,
    refetchInterval: span.live ? span.refresh : false,
  });
  const rows = data?.rows ?? [];
  const shares = rows.some(({ share }) => share !== undefined);
  const counted = metric === "requests";
  useEffect(() => {
    files.current = {
      table: {
        columns: [
          groupNames[group],
          name,
          ...(counted ? [] : ["Requests"]),
          ...(shares ? ["Share"] : []),
        ],
        rows: rows.map((row) => [
          row.group,
          row.value,
          ...(counted ? [] : [row.requests]),
          ...(shares ? [row.share ?? null] : []),
        ]),
      },
      lines: [],
      note: spanInWords(span.from, span.to),
    };
  });
  if (rows.length === 0) {
    return (
      <p className="px-4 py-6 text-center text-12 text-faint">
        {error ? `History did not answer. ${error.message}` : data ? "No data in this range" : ""}
      </p>
    );
  }
  return (
    <Scrolled label={`Rows of ${titleOf(panel)}`} className="min-h-0 flex-1 overflow-auto">
      <table className="w-full numbers">
        <caption className="sr-only">{titleOf(panel)}</caption>
        <thead className="sticky top-0 bg-surface text-12 text-faint">
          <tr>
            <th scope="col" className="h-7 pl-4 text-left font-normal">
              {groupNames[group]}
            </th>
            <th scope="col" className={`${cell} font-normal`}>
              {name}
            </th>
            {!counted && (
              <th scope="col" className={`${cell} font-normal`}>
                Requests
              </th>
            )}
            {shares && (
              <th scope="col" className={`${cell} font-normal max-sm:hidden`}>
                Share
              </th>
            )}
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={row.group} className="border-t border-line">
              <th
                scope="row"
                className="row w-full max-w-0 truncate pl-4 text-left font-normal normal-nums"
              >
                <GroupName group={group} name={row.group} q={q} links={links} />
              </th>
              <td className={`${cell} font-medium`}>
                <Figure value={row.value} unit={unit} reason="Not known" />
              </td>
              {!counted && (
                <td className={`${cell} text-muted`}>
                  <Figure value={row.requests} unit="count" reason="Not known" />
                </td>
              )}
              {shares && (
                <td className={`${cell} text-muted max-sm:hidden`}>
                  <Figure value={row.share ?? null} unit="share" reason="Not known" />
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scrolled>
  );
}

interface GroupNameProps {
  readonly group: SeriesGroup;
  readonly name: string | null;
  readonly q: string | undefined;
  readonly links: boolean;
}

function GroupName({ group, name, q, links }: GroupNameProps) {
  if (name === null) return <span className="text-muted">Unknown</span>;
  const field = fieldOfWire(group);
  if (!links || !field) return <span title={name}>{name}</span>;
  return (
    <Link
      to="/requests"
      search={{ q: `${q ? `${q} ` : ""}${field}:${quoteValue(name)}` }}
      className="hover:underline"
      title={name}
    >
      {name}
    </Link>
  );
}
