import { useState } from "react";
import { ReadOnly } from "../access/ReadOnly.tsx";
import { Button } from "../alerts/Button.tsx";
import type { KeptBoard } from "./boards.ts";
import { useProjectBoardChanges, useProjectBoards } from "./project-boards.ts";

/** Puts a board among those of the project; nothing where the server keeps none. */
export function KeepForAll({ board }: { readonly board: KeptBoard }) {
  const common = useProjectBoards();
  const { keep } = useProjectBoardChanges();
  const [kept, setKept] = useState(false);
  if (!common) return null;
  const before = common.find(({ id }) => id === board.id);
  return (
    <div>
      <h3 className="font-medium">For everyone in the project</h3>
      <p className="text-12 text-faint" role="status">
        {kept
          ? "It is among the boards of everyone who opens this page."
          : before
            ? `Takes the place of “${before.name}”, which everyone sees now.`
            : "It will be among the boards of everyone who opens this page."}
      </p>
      <div className="mt-1 flex flex-wrap items-center gap-3">
        <Button changes disabled={kept} onClick={() => void keep(board).then(setKept)}>
          {before && !kept ? "Replace it" : "Keep for everyone"}
        </Button>
        <ReadOnly what="Keeping a board for everyone" />
      </div>
    </div>
  );
}
