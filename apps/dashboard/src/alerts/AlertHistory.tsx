import { keepPreviousData, useInfiniteQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { useAlerts } from "@/services";
import { count } from "../format/number.ts";
import { exactTime, when } from "../format/time.ts";
import { Nothing, Panel } from "../panels/Panel.tsx";
import { Severity } from "../panels/Severity.tsx";
import { useSpan } from "../range/use-span.ts";
import { fetchAlertEvents } from "../services/alerts.ts";
import { AlertState } from "./AlertState.tsx";
import { alertInWords } from "./alert-words.ts";
import { Button } from "./Button.tsx";

const PAGE = 50;

/** What fired, was acknowledged and was resolved over the page's range, the newest first. */
export function AlertHistory() {
  const { from, to, live } = useSpan(60);
  const asked = { from, to };
  const { data, error, isPending, hasNextPage, fetchNextPage, isFetchingNextPage, refetch } =
    useInfiniteQuery({
      queryKey: ["alert events", asked],
      queryFn: ({ signal, pageParam }) =>
        fetchAlertEvents({ ...asked, limit: PAGE, cursor: pageParam }, signal),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: ({ next_cursor: next }) => next ?? undefined,
      placeholderData: keepPreviousData,
    });
  const { alerts } = useAlerts();
  const newest = alerts[0];
  const news = newest && `${newest.id} ${newest.state} ${newest.acknowledged_at}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the newest alert says when to ask anew
  useEffect(() => {
    if (live && news !== undefined) void refetch();
  }, [news, live]);

  const events = data?.pages.flatMap((page) => page.events) ?? [];
  return (
    <Panel
      title="History"
      note={
        events.length > 0 ? `${count(events.length)}${hasNextPage ? " newest" : ""}` : undefined
      }
    >
      {events.length === 0 ? (
        <Nothing>
          {error
            ? `The history could not be read. ${error.message}`
            : isPending
              ? "Asking the server"
              : "No alert fired or was resolved in this range."}
        </Nothing>
      ) : (
        <ul>
          {events.map((event) => (
            <li
              key={event.seq}
              className="grid grid-cols-[8rem_minmax(0,1fr)] items-baseline gap-x-3 gap-y-0.5 border-t border-line px-4 py-2 sm:grid-cols-[7.5rem_8rem_minmax(0,1fr)_auto]"
            >
              <time
                dateTime={new Date(event.at).toISOString()}
                title={exactTime(event.at)}
                className="text-12 whitespace-nowrap text-faint numbers"
              >
                {when(event.at, Date.now())}
              </time>
              <AlertState state={event.state} />
              <span className="min-w-0 max-sm:col-span-2">
                <span className="font-medium">{event.name}</span>{" "}
                <span className="break-words text-muted">{alertInWords(event)}</span>
                {event.note && (
                  <span className="block break-words text-12 text-info">“{event.note}”</span>
                )}
              </span>
              <span className="max-sm:hidden">
                <Severity severity={event.severity} />
              </span>
            </li>
          ))}
        </ul>
      )}
      {hasNextPage && (
        <div className="flex justify-center border-t border-line p-2">
          <Button onClick={() => void fetchNextPage()} disabled={isFetchingNextPage}>
            Older ones
          </Button>
        </div>
      )}
    </Panel>
  );
}
