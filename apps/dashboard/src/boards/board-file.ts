import type { Board } from "./board.ts";
import { BoardError, readBoard } from "./read-board.ts";

/** Version of what is written: of files, of the browser's storage and of addresses. */
export const BOARD_VERSION = 1;

/** More is no board. */
const MAX_FILE = 200_000;

export function boardFile({ name, panels }: Board): string {
  const plain = panels.map(({ id: _id, ...panel }) => panel);
  return `${JSON.stringify({ telltale_board: BOARD_VERSION, name, panels: plain }, null, 2)}\n`;
}

/** @throws {BoardError} */
export function readBoardFile(text: string): Board {
  if (text.length > MAX_FILE) throw new BoardError("The file is too large to be a board.");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new BoardError("The file is not JSON. A board is saved with Share, Save as file.");
  }
  if (typeof value !== "object" || value === null || !("telltale_board" in value)) {
    throw new BoardError("The file holds no board: it lacks telltale_board.");
  }
  if (value.telltale_board !== BOARD_VERSION) {
    throw new BoardError(
      `The file is of version ${String(value.telltale_board)}, this page reads ${BOARD_VERSION}.`,
    );
  }
  return readBoard(value);
}
