import { useQuery } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { useMemo, useState } from "react";
import { count } from "../format/number.ts";
import { clockTime } from "../format/time.ts";
import { useLiveHistory } from "../history/HistoryFeed.tsx";
import { ErrorGroupRow } from "../panels/ErrorGroupRow.tsx";
import { groupErrors, joinErrors } from "../panels/error-groups.ts";
import { Panel } from "../panels/Panel.tsx";
import { clearedAt, rememberCleared } from "../services/cleared-errors.ts";
import { useFirstContact } from "../services/first-contact.ts";
import { useLive } from "../services/live.tsx";
import { fetchErrors } from "../services/rest.ts";
import { NothingYet } from "../shell/NothingYet.tsx";
import { Waiting } from "../shell/Waiting.tsx";

const ASKED = 500;

/** Why requests fail: errors by type, the most frequent first. */
export default function Errors() {
  const contact = useFirstContact();
  if (contact === "waiting") return <Waiting />;
  if (contact === "empty")
    return <NothingYet what="Failed requests appear here, grouped by type." />;
  return <ErrorsWithData />;
}

function ErrorsWithData() {
  const { recentErrors, isConnected } = useLive();
  const now = useLiveHistory().now();
  const [cleared, setCleared] = useState(clearedAt);
  const stored = useQuery({
    queryKey: ["errors", isConnected],
    queryFn: ({ signal }) => fetchErrors(ASKED, signal),
    enabled: isConnected,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before) => before,
  });
  const all = useMemo(
    () => joinErrors(stored.data ?? [], recentErrors),
    [stored.data, recentErrors],
  );
  const shown = useMemo(() => all.filter(({ timestamp }) => timestamp > cleared), [all, cleared]);
  const groups = useMemo(() => groupErrors(shown), [shown]);
  const clear = (at: number): void => {
    rememberCleared(at);
    setCleared(at);
  };

  return (
    <Panel
      title="Errors by type"
      note={shown.length > 0 ? `newest ${count(shown.length)}` : undefined}
      action={
        shown.length > 0 && (
          <button
            type="button"
            onClick={() => clear(now)}
            title="Hides these errors in this browser. Nothing is deleted."
            className="rounded-inner px-2 py-1 text-12 font-medium text-muted hover:bg-raised hover:text-ink max-md:min-h-11"
          >
            Clear
          </button>
        )
      }
    >
      {groups.length === 0 ? (
        <div className="flex flex-col items-center gap-2 border-t border-line px-4 py-12 text-center">
          <CircleCheck size={20} className="text-good" aria-hidden="true" />
          <p className="font-medium">
            {cleared > 0 ? `No errors since ${clockTime(cleared)}` : "No errors seen"}
          </p>
          <p className="text-muted">Failed requests appear here the moment they fail.</p>
        </div>
      ) : (
        <ul>
          {groups.map((group) => (
            <ErrorGroupRow key={group.type} group={group} now={now} total={shown.length} />
          ))}
        </ul>
      )}
      {cleared > 0 && (
        <p className="flex items-center justify-between gap-3 border-t border-line px-4 py-2 text-12 text-faint">
          Errors before {clockTime(cleared)} are hidden in this browser.
          <button
            type="button"
            onClick={() => clear(0)}
            className="rounded-inner font-medium text-accent hover:underline max-md:min-h-11"
          >
            Show them
          </button>
        </p>
      )}
    </Panel>
  );
}
