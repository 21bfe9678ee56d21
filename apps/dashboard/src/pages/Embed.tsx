import { useRouterState, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { ConnectionStatus } from "@/services";
import { BoardPanelView } from "../boards/BoardPanelView.tsx";
import { readShared } from "../boards/SharedBoard.tsx";
import { StillGrid } from "../boards/StillGrid.tsx";
import { spanInWords } from "../format/time.ts";
import { presetOf } from "../range/range.ts";
import { useRange } from "../range/use-range.ts";
import { useLive } from "../services/live.tsx";
import { readEmbedSearch } from "./boards-search.ts";
import "../boards/embedded.css";

/** A board, or one panel, within somebody else's page: to look at only. */
export default function Embed() {
  const { shared, theme } = readEmbedSearch(useSearch({ strict: false }));
  const whole = useRouterState({
    select: ({ location }) => location.pathname.startsWith("/embed/board"),
  });
  const { isConnected, metrics } = useLive();
  const range = useRange();
  // Before the charts read their colours.
  useState(() => {
    const { dataset } = document.documentElement;
    dataset["embedded"] = "";
    if (theme) dataset["theme"] = theme;
  });
  const board = shared === undefined ? "The address lacks the board." : readShared(shared);
  const name = typeof board === "string" ? "Telltale" : board.name;
  useEffect(() => {
    document.title = `${name} · Telltale`;
  }, [name]);
  const panel = typeof board === "string" ? undefined : board.panels[0];
  return (
    <div className="flex min-h-dvh flex-col">
      <header className="flex h-10 items-center gap-3 px-1 text-12">
        <h1 className="truncate font-semibold">{name}</h1>
        <span className="truncate text-muted">
          {range.kind === "live" ? presetOf(range.ms)?.long : spanInWords(range.from, range.to)}
        </span>
        <span className="ml-auto shrink-0">
          <ConnectionStatus showDetails />
        </span>
      </header>
      <main
        data-stale={(!isConnected && metrics !== null) || undefined}
        className="min-h-0 flex-1 pb-1"
      >
        {typeof board === "string" ? (
          <p role="alert" className="panel px-4 py-6 text-center">
            <strong className="font-semibold">
              {whole ? "This board cannot be shown." : "This panel cannot be shown."}
            </strong>{" "}
            <span className="text-muted">{board}</span>
          </p>
        ) : whole ? (
          <StillGrid panels={board.panels}>
            {(each) => <BoardPanelView panel={each} bare />}
          </StillGrid>
        ) : panel ? (
          <div className="h-[calc(100dvh-2.75rem)] min-h-28">
            <BoardPanelView panel={panel} bare />
          </div>
        ) : (
          <p className="panel px-4 py-6 text-center text-muted">This board has no panels.</p>
        )}
      </main>
    </div>
  );
}
