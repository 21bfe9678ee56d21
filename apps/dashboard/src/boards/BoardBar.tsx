import { Copy, FolderOpen, LayoutGrid, Pencil, Plus, Share2, Trash2 } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { PanelMenu } from "../panels/PanelMenu.tsx";
import { MAX_NAME, MAX_PANELS } from "./board.ts";
import { changeBoard, type KeptBoard } from "./boards.ts";

interface BoardBarProps {
  readonly board: KeptBoard;
  readonly picker: ReactNode;
  readonly onNew: () => void;
  readonly onCopy: () => void;
  readonly onRemove: () => void;
  readonly onLoad: () => void;
  readonly onAddPanel: () => void;
  readonly onShare: () => void;
}

const button =
  "flex h-8 items-center gap-1.5 rounded-inner px-3 font-medium whitespace-nowrap max-md:h-11 disabled:opacity-50";

/** Which board, and what can be done with it as a whole. */
export function BoardBar({ board, picker, ...acts }: BoardBarProps) {
  const [naming, setNaming] = useState(false);
  return (
    <div className="flex flex-wrap items-center gap-2">
      <div className="flex min-w-0 items-center gap-3 max-sm:w-full max-sm:*:first:flex-1">
        {naming ? (
          <NameField
            name={board.name}
            onName={(name) => {
              if (name !== undefined) changeBoard({ ...board, name });
              setNaming(false);
            }}
          />
        ) : (
          picker
        )}
        <PanelMenu
          title={board.name}
          items={[
            [
              { name: "Rename", icon: Pencil, run: () => setNaming(true) },
              { name: "Duplicate board", icon: Copy, run: acts.onCopy },
              { name: "Remove board", icon: Trash2, run: acts.onRemove },
            ],
            [
              { name: "New board", icon: LayoutGrid, run: acts.onNew },
              { name: "Load from file", icon: FolderOpen, run: acts.onLoad },
            ],
          ]}
        />
      </div>
      <div className="ml-auto flex gap-2 max-sm:w-full max-sm:*:flex-1 max-sm:*:justify-center">
        <button
          type="button"
          onClick={acts.onShare}
          className={`${button} border border-line-strong transition-colors hover:bg-raised`}
        >
          <Share2 size={13} aria-hidden="true" className="text-muted" />
          Share
        </button>
        <button
          type="button"
          disabled={board.panels.length >= MAX_PANELS}
          title={
            board.panels.length >= MAX_PANELS ? `A board has up to ${MAX_PANELS} panels` : undefined
          }
          onClick={acts.onAddPanel}
          className={`${button} bg-accent text-page`}
        >
          <Plus size={14} aria-hidden="true" />
          Add panel
        </button>
      </div>
    </div>
  );
}

interface NameFieldProps {
  readonly name: string;
  /** undefined: leave it as it was. */
  readonly onName: (name: string | undefined) => void;
}

function NameField({ name, onName }: NameFieldProps) {
  const [typed, setTyped] = useState(name);
  const id = useId();
  const done = (): void => onName(typed.trim() === "" ? undefined : typed.trim());
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        done();
      }}
    >
      <label htmlFor={id} className="sr-only">
        Name of the board
      </label>
      <input
        id={id}
        ref={(input) => input?.focus()}
        value={typed}
        maxLength={MAX_NAME}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={done}
        onKeyDown={(event) => {
          if (event.key === "Escape") onName(undefined);
        }}
        className="h-8 w-60 rounded-inner border border-line-strong bg-page px-2.5 font-medium max-md:h-11 max-md:text-16"
      />
    </form>
  );
}
