import { Copy, FolderOpen, LayoutGrid, Trash2 } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "../alerts/Button.tsx";
import { PanelMenu } from "../panels/PanelMenu.tsx";
import { BoardPanelView } from "./BoardPanelView.tsx";
import type { KeptBoard } from "./boards.ts";
import { useProjectBoardChanges } from "./project-boards.ts";
import { StillGrid } from "./StillGrid.tsx";

interface CommonBoardProps {
  readonly board: KeptBoard;
  readonly picker: ReactNode;
  readonly onNew: () => void;
  readonly onLoad: () => void;
  readonly onKeep: (board: KeptBoard) => void;
  readonly onLeave: () => void;
}

/** A board that everyone in the project sees: to look at, and to keep a copy of that can be changed. */
export function CommonBoard({ board, picker, onNew, onLoad, onKeep, onLeave }: CommonBoardProps) {
  const { remove } = useProjectBoardChanges();
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <div className="flex min-w-0 items-center gap-3 max-sm:w-full max-sm:*:first:flex-1">
          {picker}
          <PanelMenu
            title={board.name}
            items={[
              [
                { name: "New board", icon: LayoutGrid, run: onNew },
                { name: "Load from file", icon: FolderOpen, run: onLoad },
              ],
            ]}
          />
        </div>
        <div className="ml-auto flex gap-2 max-sm:w-full max-sm:*:flex-1">
          <Button changes onClick={() => void remove(board).then((gone) => gone && onLeave())}>
            <Trash2 size={13} aria-hidden="true" className="text-muted" />
            Remove
          </Button>
          <Button primary onClick={() => onKeep(board)}>
            <Copy size={13} aria-hidden="true" />
            Copy to change it
          </Button>
        </div>
      </div>
      <StillGrid panels={board.panels}>{(panel) => <BoardPanelView panel={panel} />}</StillGrid>
    </>
  );
}
