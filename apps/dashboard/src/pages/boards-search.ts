/** What the address of the boards page says. */
export interface BoardsSearch {
  /** Id of a board of this browser. */
  readonly board?: string;
  /** Id of a board that everyone in the project sees. */
  readonly project?: string;
  /** A whole board, encoded: somebody shared it. */
  readonly shared?: string;
}

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== ""
    ? value
    : typeof value === "number"
      ? String(value)
      : undefined;

export function readBoardsSearch(search: Readonly<Record<string, unknown>>): BoardsSearch {
  const board = text(search["board"]);
  const project = text(search["project"]);
  const shared = text(search["shared"]);
  return {
    ...(board !== undefined && { board }),
    ...(project !== undefined && { project }),
    ...(shared !== undefined && { shared }),
  };
}

/** What the address of an embedded board or panel says. */
export interface EmbedSearch {
  readonly shared?: string;
  readonly theme?: "dark" | "light";
}

export function readEmbedSearch(search: Readonly<Record<string, unknown>>): EmbedSearch {
  const shared = text(search["shared"]);
  const theme = (["dark", "light"] as const).find((each) => each === search["theme"]);
  return { ...(shared !== undefined && { shared }), ...(theme && { theme }) };
}
