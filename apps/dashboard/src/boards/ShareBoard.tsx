import { Download } from "lucide-react";
import { useId } from "react";
import { fileName } from "../export/save-table.ts";
import { searchOf } from "../range/range.ts";
import { useRange } from "../range/use-range.ts";
import { query } from "../services/rest.ts";
import { saveFile } from "../services/save-file.ts";
import { CopyButton } from "../shell/CopyButton.tsx";
import { Modal } from "../shell/Modal.tsx";
import type { BoardPanel } from "./board.ts";
import { encodeBoard, MAX_ENCODED } from "./board-address.ts";
import { boardFile } from "./board-file.ts";
import type { KeptBoard } from "./boards.ts";
import { heightOf } from "./grid-size.ts";
import { KeepForAll } from "./KeepForAll.tsx";
import { titleOf } from "./title.ts";

interface ShareBoardProps {
  readonly board: KeptBoard;
  /** That panel alone. */
  readonly panel?: BoardPanel | undefined;
  readonly onClose: () => void;
}

/** A board for others: in the project, as an address, within a page of theirs, as a file. */
export function ShareBoard({ board, panel, onClose }: ShareBoardProps) {
  const range = searchOf(useRange(), "");
  const shared = encodeBoard(
    panel ? { name: titleOf(panel), panels: [{ ...panel, x: 0, y: 0 }] } : board,
  );
  const address = (path: string): string =>
    `${location.origin}${path}?${query({ ...range, shared })}`;
  const bottom = Math.max(1, ...board.panels.map(({ y, h }) => y + h));
  const height = panel ? heightOf(panel.h) : heightOf(bottom) + 56;
  const title = (panel ? titleOf(panel) : board.name).replaceAll('"', "&quot;");
  const frame = `<iframe src="${address(panel ? "/embed/panel" : "/embed/board").replaceAll("&", "&amp;")}" title="${title}" width="100%" height="${height}" style="border:0"></iframe>`;
  const fits = shared.length <= MAX_ENCODED;
  return (
    <Modal title={`Share ${panel ? titleOf(panel) : board.name}`} onClose={onClose}>
      <div className="flex flex-col gap-4 overflow-y-auto px-5 pb-5">
        {!panel && <KeepForAll board={board} />}
        {fits ? (
          <>
            {!panel && (
              <Copied
                label="Link"
                hint="Whoever opens it sees this board with the figures of the server, and may keep it."
                text={address("/boards")}
                what="the link"
              />
            )}
            <Copied
              label="Within another page"
              hint="The page's origin has to be allowed: --allowed-origins."
              text={frame}
              what="the frame"
            />
          </>
        ) : (
          <p className="text-muted">
            This board is too large for an address ({shared.length} of {MAX_ENCODED} characters).
            Share it as a file.
          </p>
        )}
        {!panel && (
          <button
            type="button"
            onClick={() =>
              saveFile(fileName(board.name, "board.json"), "application/json", boardFile(board))
            }
            className="flex h-8 items-center gap-2 self-start rounded-inner border border-line-strong px-3 font-medium hover:bg-raised max-md:h-11"
          >
            <Download size={14} aria-hidden="true" className="text-muted" />
            Save as file
          </button>
        )}
      </div>
    </Modal>
  );
}

interface CopiedProps {
  readonly label: string;
  readonly hint: string;
  readonly text: string;
  readonly what: string;
}

function Copied({ label, hint, text, what }: CopiedProps) {
  const id = useId();
  return (
    <div>
      <label htmlFor={id} className="font-medium">
        {label}
      </label>
      <p className="text-12 text-faint">{hint}</p>
      <div className="mt-1 flex items-center gap-1">
        <input
          id={id}
          readOnly
          value={text}
          onFocus={(event) => event.currentTarget.select()}
          className="h-8 min-w-0 flex-1 rounded-inner border border-line bg-page px-2.5 font-mono text-12 text-muted max-md:h-11"
        />
        <CopyButton text={text} what={what} />
      </div>
    </div>
  );
}
