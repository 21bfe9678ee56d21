import { type KeyboardEvent, memo } from "react";
import type { RequestUpdate } from "@/services";
import { Figure } from "../format/Figure.tsx";
import { when } from "../format/time.ts";
import { ModelName } from "./ModelName.tsx";
import { RequestStatus } from "./RequestStatus.tsx";
import { elapsed, type RequestColumn, tracks } from "./request-columns.tsx";
import { costReason, tokensReason } from "./unknown-reasons.ts";

const MINUTE_MS = 60_000;

interface RequestRowProps {
  readonly request: RequestUpdate;
  readonly columns: readonly RequestColumn[];
  /** The server's time, Unix ms. */
  readonly now: number;
  readonly onOpen: (id: string) => void;
  readonly selected?: boolean;
  /** 1-based, the header being 1. */
  readonly index: number;
}

/** Moves the focus to the row before or after, in whichever list of rows this is. */
function step(event: KeyboardEvent<HTMLElement>): void {
  const by = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
  if (by === 0) return;
  const rows = event.currentTarget
    .closest("[role=grid]")
    ?.querySelectorAll<HTMLElement>("[data-row]");
  if (!rows) return;
  const sorted = [...rows].sort((a, b) => Number(a.dataset.row) - Number(b.dataset.row));
  const next = sorted[sorted.indexOf(event.currentTarget) + by];
  if (!next) return;
  event.preventDefault();
  next.focus();
}

/** One request: a row of columns where there is room, two lines where there is not. */
function Row({ request, columns, now, onOpen, selected, index }: RequestRowProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are placed one by one, which a table's cannot be
    <div
      role="row"
      tabIndex={0}
      data-row={index}
      data-request={request.id}
      aria-rowindex={index}
      aria-selected={selected ?? false}
      onClick={() => onOpen(request.id)}
      onKeyDown={(event) => {
        if (event.key === "Enter") {
          // The details take the focus at once, and the key would press what they focus.
          event.preventDefault();
          onOpen(request.id);
        } else step(event);
      }}
      className="cursor-pointer border-t border-line px-4 -outline-offset-2 hover:bg-raised aria-selected:bg-accent-soft"
    >
      <div
        className="row grid items-center gap-3 max-lg:hidden"
        style={{ gridTemplateColumns: tracks(columns) }}
        role="presentation"
      >
        {columns.map((column) => (
          // biome-ignore lint/a11y/useSemanticElements: a cell of the row above
          // biome-ignore lint/a11y/useFocusableInteractive: the row takes the focus
          <div
            key={column.name}
            role="gridcell"
            className={`min-w-0 ${column.numeric ? "text-right" : ""}`}
          >
            {column.cell(request, now)}
          </div>
        ))}
      </div>
      {/* biome-ignore lint/a11y/useFocusableInteractive: the row takes the focus */}
      {/* biome-ignore lint/a11y/useSemanticElements: a cell of the row above */}
      <div role="gridcell" className="flex h-14 flex-col justify-center gap-0.5 lg:hidden">
        <div className="flex items-center justify-between gap-3">
          <ModelName model={request.model} />
          <Figure
            value={elapsed(request, now)}
            unit="duration"
            reason="Nobody reported it"
            className={`shrink-0 font-medium ${request.status === "in_progress" ? "text-info" : ""}`}
          />
        </div>
        <div className="flex items-center justify-between gap-3 text-12 text-faint">
          <span className="flex min-w-0 items-center gap-2">
            <span className="numbers">{when(request.created, now)}</span>
            <RequestStatus request={request} />
          </span>
          <span className="shrink-0 numbers">
            <Figure value={request.total_tokens} unit="count" reason={tokensReason(request)} />{" "}
            tokens · <Figure value={request.cost} unit="money" reason={costReason(request)} />
          </span>
        </div>
      </div>
    </div>
  );
}

/** Drawn anew only when something in it changes: most rows of a moving list stay as they are. */
export const RequestRow = memo(Row);

/** The time a row needs to know: to the moment while its request runs, else to the minute. */
export function rowTime(request: RequestUpdate, now: number): number {
  return request.status === "in_progress" ? now : Math.floor(now / MINUTE_MS) * MINUTE_MS;
}

interface RequestHeaderProps {
  readonly columns: readonly RequestColumn[];
  readonly className?: string;
}

/** The names above the columns. */
export function RequestHeader({ columns, className = "" }: RequestHeaderProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: rows are placed one by one, which a table's cannot be
    // biome-ignore lint/a11y/useFocusableInteractive: nothing to act on in a header
    <div
      role="row"
      aria-rowindex={1}
      className={`grid h-8 items-center gap-3 border-t border-line bg-surface px-4 text-12 text-faint max-lg:sr-only ${className}`}
      style={{ gridTemplateColumns: tracks(columns) }}
    >
      {columns.map(({ name, numeric }) => (
        // biome-ignore lint/a11y/useSemanticElements: a header cell of the row above
        // biome-ignore lint/a11y/useFocusableInteractive: nothing to act on in a header
        <div key={name} role="columnheader" className={numeric ? "text-right" : ""}>
          {name}
        </div>
      ))}
    </div>
  );
}
