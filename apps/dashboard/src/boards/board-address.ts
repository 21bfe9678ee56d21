import type { Board, BoardPanel } from "./board.ts";
import { BoardError, readBoard } from "./read-board.ts";

/** Characters of an encoded board; addresses beyond this are cut by some programs. */
export const MAX_ENCODED = 6_000;

/** Stands before what follows, so that a later form can be told apart. */
const MARK = "v1.";

type Row = readonly [
  kind: string,
  metric: string,
  x: number,
  y: number,
  w: number,
  h: number,
  title: string,
  group: string,
  q: string,
  range: string,
];

const rowOf = ({ kind, metric, x, y, w, h, title, group, q, range }: BoardPanel): Row => [
  kind,
  metric,
  x,
  y,
  w,
  h,
  title,
  group ?? "",
  q ?? "",
  range ?? "",
];

/** A board as it stands in an address: its JSON without names and empty ends, in base64url. */
export function encodeBoard({ name, panels }: Board): string {
  const rows = panels.map((panel) => {
    const row: (string | number)[] = [...rowOf(panel)];
    while (row.at(-1) === "") row.pop();
    return row;
  });
  const bytes = new TextEncoder().encode(JSON.stringify([name, ...rows]));
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return MARK + btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

const CUT = "The address holds no whole board. It may have been cut when it was copied.";

/** @throws {BoardError} */
export function decodeBoard(encoded: string): Board {
  if (encoded.length > MAX_ENCODED) {
    throw new BoardError(`The address is longer than ${MAX_ENCODED} characters.`);
  }
  if (!encoded.startsWith(MARK)) {
    throw new BoardError("The address does not begin as one made by this version does.");
  }
  let value: unknown;
  try {
    const base64 = encoded.slice(MARK.length).replaceAll("-", "+").replaceAll("_", "/");
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    value = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    throw new BoardError(CUT);
  }
  if (!Array.isArray(value)) throw new BoardError(CUT);
  const [name, ...rows] = value as unknown[];
  return readBoard({ name, panels: rows.map(panelOf) });
}

function panelOf(row: unknown): unknown {
  if (!Array.isArray(row)) return row;
  const [kind, metric, x, y, w, h, title, group, q, range] = row as unknown[];
  return {
    kind,
    metric,
    x,
    y,
    w,
    h,
    title: title ?? "",
    q: q ?? "",
    ...(group !== undefined && group !== "" && { group }),
    ...(range !== undefined && range !== "" && { range }),
  };
}
