import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { SeriesGroup, SeriesMetric } from "@/services";
import { exactly } from "../filter/exactly.ts";
import { Figure } from "../format/Figure.tsx";
import type { UnitName } from "../format/unit.ts";
import type { useSpan } from "../range/use-span.ts";
import { fetchBreakdown } from "../services/breakdown.ts";
import { Nothing, Panel } from "./Panel.tsx";

interface TopListProps {
  readonly title: string;
  readonly note?: string;
  readonly span: ReturnType<typeof useSpan>;
  readonly metric: SeriesMetric;
  readonly unit: UnitName;
  readonly group: SeriesGroup;
  /** Which requests, in the filter language. */
  readonly q?: string;
  /** The field of the filter language that a row leads to. */
  readonly field: string;
  readonly nothing: string;
}

const SHOWN = 8;

/** Who has most of something, as bars; each leads to the requests behind it. */
export function TopList({
  title,
  note,
  span,
  metric,
  unit,
  group,
  q,
  field,
  nothing,
}: TopListProps) {
  const question = { metric, group, q, from: span.from, to: span.to, limit: SHOWN };
  const { data, error } = useQuery({
    queryKey: ["breakdown", question],
    queryFn: ({ signal }) => fetchBreakdown(question, signal),
    placeholderData: keepPreviousData,
    refetchInterval: span.live ? span.refresh : false,
  });
  const rows = (data?.rows ?? []).filter(({ value }) => value !== null && value > 0);
  const most = Math.max(...rows.map(({ value }) => value ?? 0));
  return (
    <Panel title={title} note={note}>
      {rows.length === 0 ? (
        <Nothing>
          {error ? `History did not answer. ${error.message}` : data ? nothing : ""}
        </Nothing>
      ) : (
        <ol className="border-t border-line py-1.5">
          {rows.map((row) => (
            <li key={row.group} className="relative flex items-center gap-3 px-4 row">
              <span
                aria-hidden="true"
                className="absolute inset-y-1 left-2 rounded-[3px] bg-accent-soft"
                style={{ width: `calc((100% - 1rem) * ${(row.value ?? 0) / most})` }}
              />
              {row.group === null ? (
                <span className="relative min-w-0 flex-1 truncate text-muted">Unknown</span>
              ) : (
                <Link
                  to="/requests"
                  search={{ q: [q, exactly(field, row.group)].filter(Boolean).join(" ") }}
                  className="relative min-w-0 flex-1 truncate hover:underline"
                  title={row.group}
                >
                  {row.group}
                </Link>
              )}
              <Figure
                value={row.value}
                unit={unit}
                reason="Not known"
                className="relative font-medium"
              />
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}
