import { Braces, GripVertical, ImageDown, Sheet } from "lucide-react";
import { type KeyboardEvent, memo, useMemo, useRef } from "react";
import { PanelBoundary } from "../panels/PanelBoundary.tsx";
import { type MenuItem, PanelMenu } from "../panels/PanelMenu.tsx";
import { presets, rangeOf } from "../range/range.ts";
import { useRange } from "../range/use-range.ts";
import type { BoardPanel } from "./board.ts";
import { PanelBody } from "./PanelBody.tsx";
import type { PanelFiles } from "./panel-files.ts";
import { titleOf } from "./title.ts";

interface BoardPanelViewProps {
  readonly panel: BoardPanel;
  /** What can be done with it besides saving; absent where it only is looked at. */
  readonly acts?: ((panel: BoardPanel) => readonly (readonly MenuItem[])[]) | undefined;
  /** Keys pressed on its handle; absent: it has none. */
  readonly onHandleKey?: ((panel: BoardPanel, event: KeyboardEvent) => void) | undefined;
  /** Without menu and links, as in a frame. */
  readonly bare?: boolean;
}

/** Class of what the pointer takes a panel by. */
export const DRAG_CLASS = "board-drag";
/** Class of what within that is pressed and not dragged. */
export const STILL_CLASS = "board-still";
export const HANDLE_HELP_ID = "board-handle-help";

/** A panel of a board, with its header. No landmark: two may well have the same name. */
export const BoardPanelView = memo(function BoardPanelView({
  panel,
  acts,
  onHandleKey,
  bare = false,
}: BoardPanelViewProps) {
  const pageRange = useRange();
  const range = useMemo(
    () => (panel.range === undefined ? pageRange : rangeOf({ range: panel.range })),
    [panel.range, pageRange],
  );
  const files = useRef<PanelFiles | null>(null);
  const section = useRef<HTMLElement>(null);
  const title = titleOf(panel);
  const note = [
    panel.range && presets.find(({ name }) => name === panel.range)?.long.toLowerCase(),
    panel.q,
  ]
    .filter(Boolean)
    .join(" · ");
  return (
    <PanelBoundary name={title}>
      <article
        ref={section}
        aria-label={title}
        data-panel={panel.id}
        className="group panel flex h-full min-w-0 flex-col"
      >
        <header
          className={`relative flex min-h-10 items-center gap-2 px-4 ${onHandleKey ? DRAG_CLASS : ""}`}
        >
          {onHandleKey && (
            <button
              type="button"
              aria-label={`Arrange ${title}`}
              aria-describedby={HANDLE_HELP_ID}
              onKeyDown={(event) => onHandleKey(panel, event)}
              className="absolute left-0 grid h-7 w-4 cursor-grab place-items-center rounded-inner text-faint opacity-0 transition-opacity group-hover:opacity-100 focus-visible:opacity-100 active:cursor-grabbing"
            >
              <GripVertical size={14} aria-hidden="true" />
            </button>
          )}
          <h2 className="min-w-0 flex-1 truncate text-13 font-medium">
            {title}
            {note && (
              <span className="ml-2 text-12 font-normal text-faint" title={note}>
                {note}
              </span>
            )}
          </h2>
          {!bare && (
            <span className={STILL_CLASS}>
              <PanelMenu
                title={title}
                items={[...(acts?.(panel) ?? []), fileItems(panel, title, files, section)]}
              />
            </span>
          )}
        </header>
        <PanelBody panel={panel} range={range} files={files} links={!bare} />
      </article>
    </PanelBoundary>
  );
});

function fileItems(
  panel: BoardPanel,
  title: string,
  files: { readonly current: PanelFiles | null },
  section: { readonly current: HTMLElement | null },
): MenuItem[] {
  const save = (as: "saveCsv" | "saveJson") => (): void => {
    const shown = files.current;
    if (!shown) return;
    const table = typeof shown.table === "function" ? shown.table() : shown.table;
    void import("../export/save-table.ts").then((write) => write[as](title, table));
  };
  const picture: MenuItem = {
    name: "Save as PNG",
    icon: ImageDown,
    run: () => {
      const canvas = section.current?.querySelector("canvas");
      const shown = files.current;
      if (!canvas || !shown) return;
      void import("../export/save-picture.ts").then(({ savePicture }) =>
        savePicture(canvas, { title, note: shown.note, lines: shown.lines }),
      );
    },
  };
  const drawn = panel.kind !== "stat" && panel.kind !== "table";
  return [
    ...(drawn ? [picture] : []),
    { name: "Save as CSV", icon: Sheet, run: save("saveCsv") },
    { name: "Save as JSON", icon: Braces, run: save("saveJson") },
  ];
}
