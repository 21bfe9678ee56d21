import { useSyncExternalStore } from "react";
import type { Board } from "./board.ts";
import { BOARD_VERSION } from "./board-file.ts";
import { readBoard } from "./read-board.ts";

/** A board of this browser. */
export interface KeptBoard extends Board {
  /** Stays the same when the name changes: it stands in the address. */
  readonly id: string;
}

/** Something that can be taken back. */
export interface Undo {
  /** What was done, as a sentence. */
  readonly done: string;
  readonly before: readonly KeptBoard[];
}

interface Boards {
  readonly boards: readonly KeptBoard[];
  readonly undo: Undo | null;
  /** What was stored, where not all of it could be read: it is not to be lost. */
  readonly unread: string | null;
}

const KEY = "telltale.boards";
const UNREAD_KEY = "telltale.boards.unread";
export const MAX_BOARDS = 50;

/** What can be understood of stored boards; one that is broken does not take the others with it. */
export function readBoards(value: unknown): KeptBoard[] {
  if (typeof value !== "object" || value === null) return [];
  if (!("version" in value) || value.version !== BOARD_VERSION) return [];
  if (!("boards" in value) || !Array.isArray(value.boards)) return [];
  return readList(value.boards);
}

/** The same of a list of boards with their ids. */
export function readList(list: readonly unknown[]): KeptBoard[] {
  const ids = new Set<string>();
  return list.slice(0, MAX_BOARDS).flatMap((each): KeptBoard[] => {
    const id = typeof each === "object" && each !== null && "id" in each ? each.id : undefined;
    if (typeof id !== "string" || !/^[\w-]{1,40}$/.test(id) || ids.has(id)) return [];
    try {
      const board = readBoard(each);
      ids.add(id);
      return [{ ...board, id }];
    } catch {
      return [];
    }
  });
}

function load(): Omit<Boards, "undo"> {
  let stored: string | null = null;
  try {
    stored = localStorage.getItem(KEY);
    const value: unknown = JSON.parse(stored ?? "null");
    const boards = readBoards(value);
    const whole = value === null || boards.length === countOf(value);
    // The next change takes the place of what is stored.
    if (!whole && stored !== null) localStorage.setItem(UNREAD_KEY, stored);
    return { boards, unread: localStorage.getItem(UNREAD_KEY) };
  } catch {
    return { boards: [], unread: stored };
  }
}

function countOf(value: unknown): number | undefined {
  if (typeof value !== "object" || value === null || !("boards" in value)) return undefined;
  return Array.isArray(value.boards) ? value.boards.length : undefined;
}

const listeners = new Set<() => void>();
let current: Boards = { ...load(), undo: null };

function set(next: Omit<Boards, "unread">): void {
  current = { ...next, unread: current.unread };
  try {
    localStorage.setItem(KEY, JSON.stringify({ version: BOARD_VERSION, boards: next.boards }));
  } catch {
    // They then last as long as the page.
  }
  for (const listener of listeners) listener();
}

window.addEventListener("storage", (event) => {
  if (event.key !== KEY) return;
  current = { ...load(), undo: null };
  for (const listener of listeners) listener();
});

/** Keeps a board and gives it an id made of its name; undefined where there are `MAX_BOARDS` already. */
export function addBoard(board: Board): KeptBoard | undefined {
  const { boards } = current;
  if (boards.length >= MAX_BOARDS) return undefined;
  const word =
    board.name
      .toLowerCase()
      .replace(/[^a-z0-9]+/g, "-")
      .replace(/^-|-$/g, "")
      .slice(0, 30) || "board";
  let id = word;
  for (let number = 2; boards.some((each) => each.id === id); number++) id = `${word}-${number}`;
  const kept = { ...board, id };
  set({ boards: [...boards, kept], undo: null });
  return kept;
}

/** Puts `board` in the place of the one with its id. With `done` the change can be taken back. */
export function changeBoard(board: KeptBoard, done?: string): void {
  const { boards } = current;
  set({
    boards: boards.map((each) => (each.id === board.id ? board : each)),
    undo: done === undefined ? null : { done, before: boards },
  });
}

export function removeBoard(id: string): void {
  const { boards } = current;
  const name = boards.find((each) => each.id === id)?.name ?? "";
  set({
    boards: boards.filter((each) => each.id !== id),
    undo: { done: `Removed the board “${name}”.`, before: boards },
  });
}

export function takeBack(): void {
  if (current.undo) set({ boards: current.undo.before, undo: null });
}

export function forgetUndo(): void {
  if (current.undo) set({ boards: current.boards, undo: null });
}

/** Lets go of what could not be read. */
export function forgetUnread(): void {
  try {
    localStorage.removeItem(UNREAD_KEY);
  } catch {
    // Nothing was kept either.
  }
  current = { ...current, unread: null };
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useBoards(): Boards {
  return useSyncExternalStore(subscribe, () => current);
}
