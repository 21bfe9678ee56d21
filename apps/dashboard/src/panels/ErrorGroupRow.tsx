import { Link } from "@tanstack/react-router";
import { ChevronRight } from "lucide-react";
import { useId, useState } from "react";
import { ago } from "../format/duration.ts";
import { count } from "../format/number.ts";
import { exactTime } from "../format/time.ts";
import { everyStep } from "../history/use-series.ts";
import { useBehindSearch } from "../range/use-behind.ts";
import type { ErrorGroup, ErrorGroups } from "../services/error-groups.ts";
import { ErrorGroupDetails } from "./ErrorGroupDetails.tsx";
import { Severity } from "./Severity.tsx";
import { Sparkline } from "./Sparkline.tsx";

interface ErrorGroupRowProps {
  readonly group: ErrorGroup;
  /** What the trends span. */
  readonly trend: Pick<ErrorGroups, "from" | "to" | "step_ms">;
  /** The server's time, Unix ms. */
  readonly now: number;
  /** All errors on show, for the group's share. */
  readonly total: number;
  readonly onClear: () => void;
}

/** One cause: how often, how bad, since when, the message; opened, whom it hit and each time. */
export function ErrorGroupRow({ group, trend, now, total, onClear }: ErrorGroupRowProps) {
  const [open, setOpen] = useState(false);
  const details = useId();
  const behind = useBehindSearch();
  const { error_type: type, status_codes: codes, models } = group;
  const code = codes.find((each) => String(each) !== type);
  const step = trend.step_ms;
  const from = Math.floor(trend.from / step) * step;
  const points = everyStep({ points: group.trend }, { from, to: trend.to, step }, 0, from, now);
  return (
    <li className="border-t border-line">
      <button
        type="button"
        aria-expanded={open}
        aria-controls={details}
        onClick={() => setOpen(!open)}
        className="flex w-full items-start gap-3 px-4 py-3 text-left -outline-offset-2 hover:bg-raised"
      >
        <ChevronRight
          size={14}
          aria-hidden="true"
          className={`mt-[3px] shrink-0 text-faint transition-transform ${open ? "rotate-90" : ""}`}
        />
        <span className="min-w-0 flex-1">
          <span className="flex flex-wrap items-center gap-x-2.5 gap-y-1">
            <span className="font-medium">{code === undefined ? type : `${code} ${type}`}</span>
            <Severity severity={group.severity} />
          </span>
          <span className="mt-0.5 line-clamp-2 text-muted">{group.example}</span>
          <span className="mt-1 block truncate text-12 text-faint">
            {group.provider !== null && `${group.provider}: `}
            {models.map(({ model }) => model).join(", ")}
            {group.user_count > 0 &&
              ` · ${count(group.user_count)} ${group.user_count === 1 ? "user" : "users"}`}
          </span>
        </span>
        <span className="mt-1 shrink-0 max-sm:hidden">
          <Sparkline
            label={`Course of ${type}`}
            color="var(--color-bad)"
            values={points.map(([, value]) => value)}
          />
        </span>
        <span className="w-20 shrink-0 text-right">
          <span
            className="block text-16 font-semibold numbers"
            title={`${((group.count / total) * 100).toFixed(1)}% of the errors listed`}
          >
            {count(group.count)}
          </span>
          <span
            className="block text-12 whitespace-nowrap text-faint numbers"
            title={exactTime(group.last_seen)}
          >
            {ago(now - group.last_seen)}
          </span>
        </span>
      </button>
      {open && (
        <div id={details} className="border-t border-line bg-page px-4 py-3 pl-11">
          <ErrorGroupDetails group={group} now={now} />
          <div className="mt-3 flex flex-wrap gap-x-4 gap-y-1">
            <Link
              to="/requests"
              search={behind(trend.from, trend.to, group.q)}
              className="flex items-center font-medium text-accent hover:underline max-md:min-h-11"
            >
              All requests that failed so
            </Link>
            <button
              type="button"
              onClick={onClear}
              title="Hides this group in this browser until it happens again. Nothing is deleted."
              className="text-muted hover:text-ink max-md:min-h-11"
            >
              Clear
            </button>
          </div>
        </div>
      )}
    </li>
  );
}
