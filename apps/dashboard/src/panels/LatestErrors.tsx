import { Link } from "@tanstack/react-router";
import { CircleAlert, CircleCheck } from "lucide-react";
import { ago } from "../format/duration.ts";
import { exactTime } from "../format/time.ts";
import { useLiveHistory } from "../history/HistoryFeed.tsx";
import { useLive } from "../services/live.tsx";
import { Panel } from "./Panel.tsx";

const SHOWN = 5;

/** The newest failures, each with the way to its request. */
export function LatestErrors() {
  const { recentErrors } = useLive();
  const now = useLiveHistory().now();
  return (
    <Panel
      title="Latest errors"
      action={
        <Link
          to="/errors"
          className="rounded-inner text-12 text-accent hover:underline max-md:py-3.5"
        >
          All errors
        </Link>
      }
    >
      {recentErrors.length === 0 ? (
        <p className="flex items-center justify-center gap-2 border-t border-line px-4 py-8 text-muted">
          <CircleCheck size={15} className="text-good" aria-hidden="true" />
          No errors seen
        </p>
      ) : (
        <ul>
          {recentErrors.slice(0, SHOWN).map((error) => {
            const key = `${error.request_id ?? ""}${error.timestamp}${error.error_type}`;
            const body = (
              <>
                <CircleAlert size={14} className="mt-0.5 shrink-0 text-bad" aria-hidden="true" />
                <span className="min-w-0 flex-1">
                  <span className="flex items-baseline justify-between gap-3">
                    <span className="truncate font-medium">
                      {error.status_code && error.error_type !== String(error.status_code)
                        ? `${error.status_code} ${error.error_type}`
                        : error.error_type}
                    </span>
                    <time
                      className="shrink-0 text-12 text-faint numbers"
                      dateTime={new Date(error.timestamp).toISOString()}
                      title={exactTime(error.timestamp)}
                    >
                      {ago(now - error.timestamp)}
                    </time>
                  </span>
                  <span className="block truncate text-12 text-muted" title={error.error_message}>
                    {error.model ? `${error.model}: ` : ""}
                    {error.error_message}
                  </span>
                </span>
              </>
            );
            const row = "flex gap-2.5 border-t border-line px-4 py-2";
            return (
              <li key={key}>
                {error.request_id ? (
                  <Link
                    to="/requests"
                    search={{ request: error.request_id }}
                    className={`${row} -outline-offset-2 hover:bg-raised`}
                  >
                    {body}
                  </Link>
                ) : (
                  <div className={row}>{body}</div>
                )}
              </li>
            );
          })}
        </ul>
      )}
    </Panel>
  );
}
