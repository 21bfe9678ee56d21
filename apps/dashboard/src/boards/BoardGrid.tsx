import { ArrowDown, ArrowUp, CodeXml, Copy, Pencil, Trash2 } from "lucide-react";
import {
  type KeyboardEvent,
  lazy,
  Suspense,
  useCallback,
  useEffect,
  useRef,
  useState,
} from "react";
import type { MenuItem } from "../panels/PanelMenu.tsx";
import { untilThere } from "../services/until-there.ts";
import { type Direction, inOrder, move, reorder, resize, roomFor, settle } from "./arrange.ts";
import { BoardPanelView, HANDLE_HELP_ID } from "./BoardPanelView.tsx";
import { type BoardPanel, freeId, MAX_PANELS, type Place, smallest } from "./board.ts";
import { changeBoard, type KeptBoard } from "./boards.ts";
import { useOneColumn } from "./one-column.ts";
import { StillGrid } from "./StillGrid.tsx";
import { titleOf } from "./title.ts";

const ArrangedGrid = lazy(untilThere(() => import("./ArrangedGrid.tsx")));

const directions: Readonly<Record<string, Direction>> = {
  ArrowLeft: "left",
  ArrowRight: "right",
  ArrowUp: "up",
  ArrowDown: "down",
};

interface BoardGridProps {
  readonly board: KeptBoard;
  readonly onEdit: (panel: BoardPanel) => void;
  readonly onShare: (panel: BoardPanel) => void;
}

/** The panels of a board, to look at, arrange and change. */
export function BoardGrid({ board, onEdit, onShare }: BoardGridProps) {
  const oneColumn = useOneColumn();
  const [said, setSaid] = useState("");
  const latest = useRef({ board, oneColumn, onEdit, onShare });
  useEffect(() => {
    latest.current = { board, oneColumn, onEdit, onShare };
  });

  // A new panel takes the first room, which may be far below what is seen.
  const known = useRef(board.panels);
  useEffect(() => {
    const before = new Set(known.current.map(({ id }) => id));
    known.current = board.panels;
    const added = board.panels.find(({ id }) => !before.has(id));
    if (!added) return;
    setSaid(`${titleOf(added)} was added.`);
    const timer = setTimeout(() => {
      document.querySelector(`[data-panel="${added.id}"]`)?.scrollIntoView({ block: "nearest" });
    });
    return () => clearTimeout(timer);
  }, [board.panels]);

  const arrange = useCallback((panels: readonly BoardPanel[]): void => {
    const { board } = latest.current;
    if (panels !== board.panels) changeBoard({ ...board, panels });
  }, []);

  const step = useCallback(
    (panel: BoardPanel, direction: Direction, sizing: boolean): void => {
      const { board, oneColumn } = latest.current;
      const { panels } = board;
      const vertical = direction === "up" || direction === "down";
      const next = sizing
        ? resize(panels, panel.id, direction, smallest[panel.kind])
        : oneColumn
          ? vertical
            ? reorder(panels, panel.id, direction === "up" ? -1 : 1)
            : panels
          : move(panels, panel.id, direction);
      arrange(next);
      const now = next.find(({ id }) => id === panel.id) ?? panel;
      const place = inOrder(next).findIndex(({ id }) => id === panel.id) + 1;
      const title = titleOf(panel);
      setSaid(
        next === panels
          ? `${title} goes no further ${direction}.`
          : sizing
            ? `${title}: ${now.w} columns wide, ${now.h} rows high.`
            : oneColumn
              ? `${title}: ${place} of ${next.length}.`
              : `${title}: column ${now.x + 1}, row ${now.y + 1}.`,
      );
    },
    [arrange],
  );

  const press = useCallback(
    (panel: BoardPanel, event: KeyboardEvent): void => {
      const direction = directions[event.key];
      if (!direction || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      step(panel, direction, event.shiftKey);
    },
    [step],
  );

  const acts = useCallback(
    (panel: BoardPanel): MenuItem[][] => {
      const { board, oneColumn, onEdit, onShare } = latest.current;
      const copy = (): void => {
        const place = roomFor(board.panels, panel);
        changeBoard({
          ...board,
          panels: [...board.panels, { ...panel, ...place, id: freeId(board.panels) }],
        });
      };
      const remove = (): void => {
        const rest = board.panels.filter(({ id }) => id !== panel.id);
        changeBoard({ ...board, panels: settle(rest) }, `Removed “${titleOf(panel)}”.`);
      };
      return [
        [
          { name: "Edit", icon: Pencil, run: () => onEdit(panel) },
          ...(board.panels.length < MAX_PANELS
            ? [{ name: "Duplicate", icon: Copy, run: copy }]
            : []),
          ...(oneColumn
            ? [
                { name: "Move up", icon: ArrowUp, run: () => step(panel, "up", false) },
                { name: "Move down", icon: ArrowDown, run: () => step(panel, "down", false) },
              ]
            : []),
          { name: "Show elsewhere", icon: CodeXml, run: () => onShare(panel) },
          { name: "Remove", icon: Trash2, run: remove },
        ],
      ];
    },
    [step],
  );

  const place = (places: ReadonlyMap<string, Place>): void =>
    arrange(settle(board.panels.map((panel) => ({ ...panel, ...places.get(panel.id) }))));
  const view = (panel: BoardPanel) => (
    <BoardPanelView panel={panel} acts={acts} onHandleKey={press} />
  );
  const still = <StillGrid panels={board.panels}>{view}</StillGrid>;
  return (
    <>
      <p id={HANDLE_HELP_ID} hidden>
        Arrow keys move the panel, Shift with an arrow key resizes it.
      </p>
      <p role="status" className="sr-only">
        {said}
      </p>
      {oneColumn ? (
        still
      ) : (
        <Suspense fallback={still}>
          <ArrangedGrid panels={board.panels} onArrange={place}>
            {view}
          </ArrangedGrid>
        </Suspense>
      )}
    </>
  );
}
