import { getRouteApi, useNavigate } from "@tanstack/react-router";
import { type ReactNode, useRef, useState } from "react";
import { roomFor, settle } from "../boards/arrange.ts";
import { BoardBar } from "../boards/BoardBar.tsx";
import { BoardGrid } from "../boards/BoardGrid.tsx";
import { BoardNotice, NoticeButton } from "../boards/BoardNotice.tsx";
import { BoardPicker, type Chosen } from "../boards/BoardPicker.tsx";
import {
  type Board,
  type BoardPanel,
  freeId,
  MAX_NAME,
  type PanelQuestion,
  smallest,
  usual,
} from "../boards/board.ts";
import { readBoardFile } from "../boards/board-file.ts";
import {
  addBoard,
  changeBoard,
  forgetUndo,
  forgetUnread,
  type KeptBoard,
  MAX_BOARDS,
  removeBoard,
  takeBack,
  useBoards,
} from "../boards/boards.ts";
import { CommonBoard } from "../boards/CommonBoard.tsx";
import { PanelEditor } from "../boards/PanelEditor.tsx";
import { useProjectBoards } from "../boards/project-boards.ts";
import { ShareBoard } from "../boards/ShareBoard.tsx";
import { SharedBoard } from "../boards/SharedBoard.tsx";
import { StarterBoards } from "../boards/StarterBoards.tsx";
import { saveFile } from "../services/save-file.ts";
import { Modal } from "../shell/Modal.tsx";
import { useActions } from "../shortcuts/actions.ts";
import { readBoardsSearch } from "./boards-search.ts";

const route = getRouteApi("/boards");

const fresh: PanelQuestion = { kind: "line", title: "", metric: "p95_latency_ms" };

type Open =
  | { readonly what: "nothing" | "new" }
  | { readonly what: "share"; readonly panel?: BoardPanel }
  | { readonly what: "panel"; readonly panel: BoardPanel | null };

/** Boards of one's own: panels chosen, arranged, kept and shared. */
export default function Boards() {
  const search = route.useSearch();
  const navigate = useNavigate();
  const { boards, undo, unread } = useBoards();
  const [open, setOpen] = useState<Open>({ what: "nothing" });
  const [problem, setProblem] = useState<string>();
  const chooser = useRef<HTMLInputElement>(null);
  const listed = useProjectBoards();
  const common = listed ?? [];
  const own = boards.find(({ id }) => id === search.board) ?? boards[0];
  // Whoever has none of their own sees what there is for everyone.
  const ofProject = common.find(({ id }) => id === search.project) ?? (own ? undefined : common[0]);
  const unknown = listed === undefined && (search.project !== undefined || !own);
  const board = ofProject || unknown ? undefined : own;

  const go = (chosen: Chosen | Record<string, never> = {}): void => {
    const { board: _board, project: _project, shared: _shared, ...rest } = search;
    void navigate({ to: "/boards", search: { ...rest, ...readBoardsSearch({ ...chosen }) } });
  };
  const picker = (chosen: Chosen) => (
    <BoardPicker own={boards} common={common} chosen={chosen} onOpen={go} />
  );
  const keep = (made: Board): void => {
    const kept = addBoard(made);
    setOpen({ what: "nothing" });
    setProblem(kept ? undefined : `This browser keeps ${MAX_BOARDS} boards. Remove one first.`);
    if (kept) go({ board: kept.id });
  };
  const load = async (file: File | undefined): Promise<void> => {
    if (!file) return;
    try {
      keep(readBoardFile(await file.text()));
    } catch (error) {
      setProblem(error instanceof Error ? error.message : String(error));
    }
  };
  const close = (): void => setOpen({ what: "nothing" });
  const shown = search.shared === undefined ? board : undefined;

  useActions([
    {
      id: "board-new",
      name: "Make a new board",
      group: "Page",
      run: () => setOpen({ what: "new" }),
    },
    ...(shown
      ? [
          {
            id: "board-add",
            name: "Add a panel",
            group: "Page" as const,
            keys: "a",
            run: () => setOpen({ what: "panel" as const, panel: null }),
          },
          {
            id: "board-share",
            name: "Share this board",
            group: "Page" as const,
            run: () => setOpen({ what: "share" as const }),
          },
        ]
      : []),
    ...(undo
      ? [
          {
            id: "board-undo",
            name: "Take back what was removed",
            group: "Page" as const,
            keys: "u",
            run: takeBack,
          },
        ]
      : []),
  ]);

  return (
    <div className="flex min-w-0 flex-col gap-3 lg:gap-4">
      {problem && (
        <BoardNotice
          tone="bad"
          actions={<NoticeButton onClick={() => setProblem(undefined)}>Close</NoticeButton>}
        >
          {problem}
        </BoardNotice>
      )}
      {unread !== null && <Unread stored={unread} />}
      {undo && (
        <BoardNotice
          tone="info"
          actions={
            <>
              <NoticeButton onClick={takeBack}>Undo</NoticeButton>
              <NoticeButton onClick={forgetUndo}>Close</NoticeButton>
            </>
          }
        >
          {undo.done}
        </BoardNotice>
      )}
      {search.shared !== undefined ? (
        <SharedBoard shared={search.shared} onKeep={keep} onLeave={() => go()} />
      ) : ofProject ? (
        <CommonBoard
          board={ofProject}
          picker={picker({ project: ofProject.id })}
          onNew={() => setOpen({ what: "new" })}
          onLoad={() => chooser.current?.click()}
          onKeep={keep}
          onLeave={go}
        />
      ) : board ? (
        <>
          <BoardBar
            board={board}
            picker={picker({ board: board.id })}
            onNew={() => setOpen({ what: "new" })}
            onCopy={() => keep({ ...board, name: `${board.name} copy`.slice(-MAX_NAME) })}
            onRemove={() => {
              removeBoard(board.id);
              go();
            }}
            onLoad={() => chooser.current?.click()}
            onAddPanel={() => setOpen({ what: "panel", panel: null })}
            onShare={() => setOpen({ what: "share" })}
          />
          {board.panels.length === 0 ? (
            <Empty
              title="This board has no panels yet"
              text="A panel asks one question and shows the answer as a line, bars, a figure, a table or a heat map."
            >
              <button
                type="button"
                onClick={() => setOpen({ what: "panel", panel: null })}
                className="mt-2 h-8 rounded-inner bg-accent px-3 font-medium text-page max-md:h-11"
              >
                Add the first one
              </button>
            </Empty>
          ) : (
            <BoardGrid
              key={board.id}
              board={board}
              onEdit={(panel) => setOpen({ what: "panel", panel })}
              onShare={(panel) => setOpen({ what: "share", panel })}
            />
          )}
        </>
      ) : unknown ? null : (
        <>
          <Empty
            title="A board is a page of your own"
            text="Choose what it shows, arrange it, and share it by its address. Begin with one of these and change it."
          />
          <StarterBoards onChoose={keep} />
          <button
            type="button"
            onClick={() => chooser.current?.click()}
            className="self-center rounded-inner px-3 py-1.5 font-medium text-accent hover:underline max-md:min-h-11"
          >
            Load a board from a file
          </button>
        </>
      )}
      <input
        ref={chooser}
        type="file"
        accept=".json,application/json"
        aria-label="File of a board"
        hidden
        onChange={(event) => {
          void load(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
      {open.what === "new" && (
        <Modal title="New board" onClose={close}>
          <div className="overflow-y-auto px-5 pb-5">
            <StarterBoards onChoose={keep} compact />
          </div>
        </Modal>
      )}
      {open.what === "share" && shown && (
        <ShareBoard board={shown} panel={open.panel} onClose={close} />
      )}
      {open.what === "panel" && shown && (
        <PanelEditor
          panel={open.panel ?? fresh}
          existing={open.panel !== null}
          onClose={close}
          onSave={(question) => {
            put(shown, open.panel, question);
            close();
          }}
        />
      )}
    </div>
  );
}

/** A changed panel stays where it is; a new one takes the first room. */
function put(board: KeptBoard, panel: BoardPanel | null, question: PanelQuestion): void {
  const { panels } = board;
  if (panel === null) {
    const place = roomFor(panels, usual[question.kind]);
    changeBoard({ ...board, panels: [...panels, { ...question, ...place, id: freeId(panels) }] });
    return;
  }
  const least = smallest[question.kind];
  const { id, x, y } = panel;
  const w = Math.max(panel.w, least.w);
  const h = Math.max(panel.h, least.h);
  const changed = panels.map((each) => (each.id === id ? { ...question, id, x, y, w, h } : each));
  changeBoard({ ...board, panels: settle(changed, id) });
}

/** Boards that this version cannot read are not to be lost. */
function Unread({ stored }: { readonly stored: string }) {
  return (
    <BoardNotice
      tone="bad"
      actions={
        <>
          <NoticeButton
            onClick={() => saveFile("telltale-boards-unread.json", "application/json", stored)}
          >
            Save what is stored
          </NoticeButton>
          <NoticeButton onClick={forgetUnread}>Discard</NoticeButton>
        </>
      }
    >
      <strong className="font-semibold">Some boards of this browser could not be read.</strong>{" "}
      <span className="text-muted">
        They are broken, or of another version of this page. What was stored is kept apart.
      </span>
    </BoardNotice>
  );
}

interface EmptyProps {
  readonly title: string;
  readonly text: string;
  readonly children?: ReactNode;
}

function Empty({ title, text, children }: EmptyProps) {
  return (
    <section className="mx-auto flex max-w-lg flex-col items-center gap-1 px-6 py-8 text-center">
      <h2 className="text-16 font-semibold">{title}</h2>
      <p className="text-muted">{text}</p>
      {children}
    </section>
  );
}
