import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowUp } from "lucide-react";
import { useEffect, useMemo, useRef } from "react";
import { count } from "../format/number.ts";
import { useLiveHistory } from "../history/HistoryFeed.tsx";
import { usePreferences } from "../preferences/preferences.ts";
import { useNarrow } from "../services/narrow.ts";
import type { HeldRequests } from "./held-requests.ts";
import { RequestHeader, RequestRow, rowTime } from "./RequestRow.tsx";
import { columnsOf, USUAL_COLUMNS } from "./request-columns.tsx";
import type { RequestPages } from "./request-pages.ts";

interface RequestListProps {
  readonly held: HeldRequests;
  readonly pages: RequestPages;
  readonly paused: boolean;
  readonly selected: string | undefined;
  readonly filtered: boolean;
  readonly onOpen: (id: string) => void;
}

const ROWS = { compact: 33, comfortable: 41 };
const TALL_ROW = 57;
const NEAR_END = 20;

/** The list itself: only the rows in view exist. It holds still while it is scrolled or pointed at. */
export function RequestList({ held, pages, paused, selected, filtered, onOpen }: RequestListProps) {
  const scroller = useRef<HTMLDivElement>(null);
  const narrow = useNarrow();
  const { density, requestColumns } = usePreferences();
  const columns = useMemo(
    () => columnsOf(requestColumns.length > 0 ? requestColumns : USUAL_COLUMNS),
    [requestColumns],
  );
  const now = useLiveHistory().now();
  const { rows, waiting, hold, release } = held;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (narrow ? TALL_ROW : ROWS[density]),
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;

  // biome-ignore lint/correctness/useExhaustiveDependencies: only the kind of row changes its height
  useEffect(() => virtual.measure(), [narrow, density]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: asks again whenever the end comes near
  useEffect(() => {
    if (pages.older === "more" && last >= rows.length - NEAR_END) pages.loadOlder();
  }, [last, rows.length, pages.older]);

  const letGo = (): void => {
    const element = scroller.current;
    if (paused || !element || element.scrollTop > 0) return;
    if (element.contains(document.activeElement) || element.matches(":hover")) return;
    release();
  };
  const toTop = (): void => {
    scroller.current?.scrollTo({ top: 0 });
    release();
  };

  return (
    <section
      className="panel relative flex min-h-0 flex-1 flex-col overflow-hidden"
      aria-label="Requests"
    >
      {waiting > 0 && !paused && (
        <button
          type="button"
          onClick={toTop}
          className="absolute top-10 left-1/2 z-10 flex h-7 -translate-x-1/2 items-center gap-1.5 rounded-full border border-line-strong bg-surface px-3 text-12 font-medium hover:bg-raised max-lg:top-2 max-md:h-9"
        >
          <ArrowUp size={12} aria-hidden="true" />
          <span className="numbers">{count(waiting)} new</span>
        </button>
      )}
      {/* biome-ignore lint/a11y/useSemanticElements: a table cannot turn into a list on narrow screens */}
      <div
        ref={scroller}
        role="grid"
        aria-label="Requests, newest first"
        aria-readonly="true"
        aria-rowcount={pages.older === "end" ? rows.length + 1 : -1}
        tabIndex={rows.length === 0 ? 0 : -1}
        className="min-h-0 flex-1 overflow-x-hidden overflow-y-auto overscroll-contain [overflow-anchor:none]"
        onScroll={(event) => {
          if (event.currentTarget.scrollTop > 0) hold();
          else letGo();
        }}
        onPointerEnter={(event) => event.pointerType === "mouse" && hold()}
        onPointerLeave={letGo}
        onFocus={hold}
        onBlur={() => setTimeout(letGo)}
      >
        {/* biome-ignore lint/a11y/useSemanticElements: part of the grid above */}
        <div role="rowgroup" className="sticky top-0 z-[5] border-b border-line max-lg:border-b-0">
          <RequestHeader columns={columns} className="border-t-0" />
        </div>
        {/* biome-ignore lint/a11y/useSemanticElements: part of the grid above */}
        <div role="rowgroup" className="relative -mt-px" style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const request = rows[item.index];
            if (!request) return null;
            return (
              <div
                key={item.key}
                role="presentation"
                className="absolute inset-x-0 top-0"
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <RequestRow
                  request={request}
                  columns={columns}
                  now={rowTime(request, now)}
                  index={item.index + 2}
                  selected={request.id === selected}
                  onOpen={onOpen}
                />
              </div>
            );
          })}
        </div>
      </div>
      <Foot pages={pages} empty={rows.length === 0} filtered={filtered} shown={rows.length} />
    </section>
  );
}

interface FootProps {
  readonly pages: RequestPages;
  readonly empty: boolean;
  readonly filtered: boolean;
  readonly shown: number;
}

/** Where the list ends and why. */
function Foot({ pages, empty, filtered, shown }: FootProps) {
  const box =
    "flex min-h-8 items-center justify-between gap-3 border-t border-line px-4 text-12 text-faint";
  if (pages.older === "failed") {
    return (
      <div role="alert" className={box}>
        <span>
          <span className="text-watch">Older requests could not be read.</span> {pages.failure} Live
          ones keep arriving.
        </span>
        <button
          type="button"
          onClick={pages.loadOlder}
          className="font-medium text-accent hover:underline"
        >
          Try again
        </button>
      </div>
    );
  }
  if (empty && pages.older !== "loading") {
    return <p className={box}>{filtered ? "No request matches." : "No requests yet."}</p>;
  }
  const words = {
    loading: "Reading older requests",
    more: "Scroll for older requests",
    end: "No older requests",
  };
  return (
    <p className={box}>
      <span className="numbers">{count(shown)} listed</span>
      <span>{words[pages.older]}</span>
    </p>
  );
}
