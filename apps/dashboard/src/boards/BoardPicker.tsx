import { Select } from "../preferences/Field.tsx";
import type { KeptBoard } from "./boards.ts";

/** Which board: by its id, one of this browser or one of the project. */
export type Chosen = { readonly board: string } | { readonly project: string };

interface BoardPickerProps {
  readonly own: readonly KeptBoard[];
  readonly common: readonly KeptBoard[];
  readonly chosen: Chosen;
  readonly onOpen: (chosen: Chosen) => void;
}

// No id has a slash.
const COMMON = "project/";

/** The boards of this browser, and those that everyone in the project sees. */
export function BoardPicker({ own, common, chosen, onOpen }: BoardPickerProps) {
  return (
    <Select
      id="board"
      label="Board"
      value={"board" in chosen ? chosen.board : COMMON + chosen.project}
      options={[
        ...own.map(({ id, name }) => ({ value: id, name })),
        ...common.map(({ id, name }) => ({ value: COMMON + id, name: `${name} · for everyone` })),
      ]}
      onChange={(value) =>
        onOpen(
          value.startsWith(COMMON) ? { project: value.slice(COMMON.length) } : { board: value },
        )
      }
    />
  );
}
