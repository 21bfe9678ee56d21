import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useHeldRequests } from "../panels/held-requests.ts";
import { PanelBoundary } from "../panels/PanelBoundary.tsx";
import { RequestDrawer } from "../panels/RequestDrawer.tsx";
import { RequestFilters } from "../panels/RequestFilters.tsx";
import { RequestList } from "../panels/RequestList.tsx";
import { type RequestFilter, useRequestPages } from "../panels/request-pages.ts";
import { useListActions } from "../panels/use-list-actions.ts";
import { useBackToNow, useRange } from "../range/use-range.ts";
import { useFirstContact } from "../services/first-contact.ts";
import { NothingYet } from "../shell/NothingYet.tsx";
import { Waiting } from "../shell/Waiting.tsx";
import { type RequestsSearch, readRequestsSearch } from "./requests-search.ts";

type Changes = Partial<Record<keyof RequestsSearch, string | undefined>>;

const route = getRouteApi("/requests");

/** Every request: those in flight, those just finished, and the older ones below. */
export default function Requests() {
  const contact = useFirstContact();
  if (contact === "waiting") return <Waiting />;
  if (contact === "empty") return <NothingYet what="Each request appears here while it runs." />;
  return <RequestsWithData />;
}

function RequestsWithData() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const latest = useRef(search);
  useEffect(() => {
    latest.current = search;
  }, [search]);
  const { q = "" } = search;
  const range = useRange();
  const { from, to } = range.kind === "fixed" ? range : {};
  const filter = useMemo<RequestFilter>(() => ({ q, from, to }), [q, from, to]);
  const pages = useRequestPages(filter);
  const held = useHeldRequests(pages.requests);
  const [paused, setPaused] = useState(false);

  const go = useCallback(
    (change: Changes, replace: boolean): void => {
      const { q: _q, request: _request, ...rest } = latest.current;
      const next = readRequestsSearch({ ...latest.current, ...change });
      void navigate({ to: "/requests", search: { ...rest, ...next }, replace });
    },
    [navigate],
  );
  const open = useCallback(
    (id: string | undefined): void =>
      go({ request: id }, id === undefined || latest.current.request !== undefined),
    [go],
  );
  const resume = (): void => {
    held.release();
    setPaused(false);
  };
  const set = (change: Changes): void => {
    resume();
    go(change, true);
  };
  const togglePause = (): void => {
    if (paused) resume();
    else {
      held.hold();
      setPaused(true);
    }
  };

  const backToNow = useBackToNow();
  const goLive = (): void => {
    resume();
    document.querySelector("[role=grid]")?.scrollTo({ top: 0 });
    if (from !== undefined) backToNow();
  };
  useListActions({ paused, togglePause, onLive: goLive });

  return (
    <div
      data-fill=""
      data-paused={paused || undefined}
      className="flex min-h-80 flex-1 flex-col gap-3"
    >
      <RequestFilters
        q={q}
        onChange={(next) => set({ q: next === "" ? undefined : next })}
        from={from}
        to={to}
        paused={paused}
        waiting={held.waiting}
        onPause={togglePause}
      />
      <PanelBoundary name="Requests">
        <RequestList
          held={held}
          pages={pages}
          paused={paused}
          selected={search.request}
          filtered={q !== "" || from !== undefined}
          onOpen={open}
        />
      </PanelBoundary>
      <RequestDrawer
        id={search.request}
        live={pages.requests.find(({ id }) => id === search.request)}
        onClose={() => open(undefined)}
      />
    </div>
  );
}
