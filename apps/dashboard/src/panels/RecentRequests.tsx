import { Link, useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { count } from "../format/number.ts";
import { useLiveHistory } from "../history/HistoryFeed.tsx";
import { useLive } from "../services/live.tsx";
import { useHeldRequests } from "./held-requests.ts";
import { Nothing, Panel } from "./Panel.tsx";
import { RequestHeader, RequestRow, rowTime } from "./RequestRow.tsx";
import { columnsOf, USUAL_COLUMNS } from "./request-columns.tsx";

const SHOWN = 12;
const fullColumns = columnsOf(USUAL_COLUMNS);

/** The newest requests, those in flight growing as they stream. It holds still under the pointer. */
export function RecentRequests() {
  const { recentRequests } = useLive();
  const history = useLiveHistory();
  const navigate = useNavigate();
  const open = useCallback(
    (id: string) => void navigate({ to: "/requests", search: { request: id } }),
    [navigate],
  );
  const { rows, waiting, hold, release } = useHeldRequests(recentRequests);
  const now = history.now();
  return (
    <Panel
      title="Recent requests"
      action={
        <span className="flex items-center gap-3 text-12">
          {waiting > 0 && (
            <span className="rounded-full bg-raised px-2 py-0.5 text-muted numbers">
              {count(waiting)} new
            </span>
          )}
          <Link to="/requests" className="rounded-inner text-accent hover:underline max-md:py-3.5">
            All requests
          </Link>
        </span>
      }
    >
      {recentRequests.length === 0 ? (
        <Nothing>No requests yet.</Nothing>
      ) : (
        // biome-ignore lint/a11y/useSemanticElements: a table cannot turn into a list on narrow screens
        <div
          role="grid"
          aria-label="Recent requests"
          aria-readonly="true"
          onPointerEnter={(event) => event.pointerType === "mouse" && hold()}
          onPointerLeave={(event) => {
            if (!event.currentTarget.contains(document.activeElement)) release();
          }}
          onFocus={hold}
          onBlur={(event) => {
            if (!event.currentTarget.contains(event.relatedTarget)) release();
          }}
        >
          <RequestHeader columns={fullColumns} />
          {rows.slice(0, SHOWN).map((request, index) => (
            <RequestRow
              key={request.id}
              request={request}
              columns={fullColumns}
              now={rowTime(request, now)}
              index={index + 2}
              onOpen={open}
            />
          ))}
        </div>
      )}
    </Panel>
  );
}
