import { useMemo } from "react";
import { BoardNotice, NoticeButton } from "./BoardNotice.tsx";
import { BoardPanelView } from "./BoardPanelView.tsx";
import type { Board } from "./board.ts";
import { decodeBoard } from "./board-address.ts";
import { StillGrid } from "./StillGrid.tsx";

/** What an encoded board says, or why it says nothing. */
export function readShared(shared: string): Board | string {
  try {
    return decodeBoard(shared);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

interface SharedBoardProps {
  readonly shared: string;
  readonly onKeep: (board: Board) => void;
  readonly onLeave: () => void;
}

/** A board that came with the address: to look at, and to keep. */
export function SharedBoard({ shared, onKeep, onLeave }: SharedBoardProps) {
  const board = useMemo(() => readShared(shared), [shared]);
  const leave = <NoticeButton onClick={onLeave}>Go to your boards</NoticeButton>;
  if (typeof board === "string") {
    return (
      <BoardNotice tone="bad" actions={leave}>
        <strong className="font-semibold">This address holds no board that can be shown.</strong>{" "}
        <span className="text-muted">{board} Ask for it again, or for the file of the board.</span>
      </BoardNotice>
    );
  }
  return (
    <div className="flex min-w-0 flex-col gap-3">
      <BoardNotice
        tone="info"
        actions={
          <>
            <NoticeButton onClick={() => onKeep(board)}>Keep it</NoticeButton>
            {leave}
          </>
        }
      >
        <strong className="font-semibold">{board.name}</strong>{" "}
        <span className="text-muted">
          came with the address. Keep it among your boards to change it.
        </span>
      </BoardNotice>
      <StillGrid panels={board.panels}>{(panel) => <BoardPanelView panel={panel} />}</StillGrid>
    </div>
  );
}
