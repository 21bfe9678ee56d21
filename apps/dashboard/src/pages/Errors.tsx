import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { CircleCheck } from "lucide-react";
import { useEffect, useState } from "react";
import { count } from "../format/number.ts";
import { useLiveHistory } from "../history/HistoryFeed.tsx";
import { ErrorGroupRow } from "../panels/ErrorGroupRow.tsx";
import { Panel } from "../panels/Panel.tsx";
import { useSpan } from "../range/use-span.ts";
import { type Cleared, clearedErrors, rememberCleared } from "../services/cleared-errors.ts";
import { type ErrorGroup, fetchErrorGroups } from "../services/error-groups.ts";
import { useFirstContact } from "../services/first-contact.ts";
import { useLive } from "../services/live.tsx";
import { NothingYet } from "../shell/NothingYet.tsx";
import { Waiting } from "../shell/Waiting.tsx";

const TREND_POINTS = 48;
// A burst of errors asks for the groups once, not a hundred times.
const GATHER_MS = 1_000;

/** Why requests fail: errors that are alike together, the most frequent first. */
export default function Errors() {
  const contact = useFirstContact();
  if (contact === "waiting") return <Waiting />;
  if (contact === "empty")
    return <NothingYet what="Failed requests appear here, those of one cause together." />;
  return <ErrorsWithData />;
}

function ErrorsWithData() {
  const span = useSpan(TREND_POINTS);
  const now = useLiveHistory().now();
  const [cleared, setCleared] = useState<Cleared>(clearedErrors);
  const asked = { from: span.from, to: span.to, points: TREND_POINTS };
  const { data, error, refetch } = useQuery({
    queryKey: ["error groups", asked],
    queryFn: ({ signal }) => fetchErrorGroups(asked, signal),
    placeholderData: keepPreviousData,
    refetchInterval: span.live ? span.refresh : false,
  });
  const [newest] = useLive().recentErrors;
  const newestId = newest && `${newest.request_id} ${newest.timestamp}`;
  const live = span.live;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the newest error says when to ask anew
  useEffect(() => {
    if (!live) return;
    const timer = setTimeout(() => void refetch(), GATHER_MS);
    return () => clearTimeout(timer);
  }, [newestId, live]);

  const all = data?.groups ?? [];
  const shown = all.filter((group) => group.last_seen > (cleared[group.fingerprint] ?? 0));
  const hidden = all.length - shown.length;
  const clear = (groups: readonly ErrorGroup[]): void => {
    const next = {
      ...cleared,
      ...Object.fromEntries(groups.map((group) => [group.fingerprint, group.last_seen])),
    };
    rememberCleared(next);
    setCleared(next);
  };
  const total = shown.reduce((sum, group) => sum + group.count, 0);

  return (
    <Panel
      title="Errors by cause"
      note={
        total > 0
          ? `${count(total)} in ${count(shown.length)} ${shown.length === 1 ? "group" : "groups"}`
          : undefined
      }
      action={
        shown.length > 0 && (
          <button
            type="button"
            onClick={() => clear(shown)}
            title="Hides these groups in this browser until they happen again. Nothing is deleted."
            className="rounded-inner px-2 py-1 text-12 font-medium text-muted hover:bg-raised hover:text-ink max-md:min-h-11"
          >
            Clear all
          </button>
        )
      }
    >
      {!data || shown.length === 0 ? (
        <div className="flex flex-col items-center gap-2 border-t border-line px-4 py-12 text-center">
          {error ? (
            <p className="text-muted">History did not answer. {error.message}</p>
          ) : data ? (
            <>
              <CircleCheck size={20} className="text-good" aria-hidden="true" />
              <p className="font-medium">
                {hidden > 0 ? "No error since they were cleared" : "No errors in this range"}
              </p>
              <p className="text-muted">Failed requests appear here the moment they fail.</p>
            </>
          ) : (
            <p className="text-muted">Asking history</p>
          )}
        </div>
      ) : (
        <ul>
          {shown.map((group) => (
            <ErrorGroupRow
              key={group.fingerprint}
              group={group}
              trend={data}
              now={now}
              total={total}
              onClear={() => clear([group])}
            />
          ))}
        </ul>
      )}
      {hidden > 0 && (
        <p className="flex items-center justify-between gap-3 border-t border-line px-4 py-2 text-12 text-faint">
          {count(hidden)} {hidden === 1 ? "group is" : "groups are"} hidden in this browser until
          they happen again.
          <button
            type="button"
            onClick={() => {
              rememberCleared({});
              setCleared({});
            }}
            className="rounded-inner font-medium text-accent hover:underline max-md:min-h-11"
          >
            Show them
          </button>
        </p>
      )}
    </Panel>
  );
}
