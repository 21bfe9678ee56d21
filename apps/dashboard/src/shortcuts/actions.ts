import { useEffect, useRef, useSyncExternalStore } from "react";

/** The headings of the palette and the list of keys, in order: what the page is about comes first. */
export const groupOrder = ["Page", "List", "Time", "Go to", "Alerts", "View", "Help"] as const;

/** Something the reader can do, by keys, from the palette, or both. */
export interface Action {
  /** Unique among what is mounted. */
  readonly id: string;
  /** Sentence case, a plain verb first: "Go to requests". */
  readonly name: string;
  /** Heading in the palette and the list of keys. */
  readonly group: (typeof groupOrder)[number];
  /** As tinykeys reads them: `g o`, `$mod+k`, `Shift+?`. */
  readonly keys?: string;
  /** Other words it is found by. */
  readonly also?: string;
  readonly run: () => void;
}

const mounted = new Map<symbol, { readonly rank: number; readonly actions: readonly Action[] }>();
const listeners = new Set<() => void>();
let all: readonly Action[] = [];

function changed(): void {
  const byId = new Map<string, Action>();
  // What a page offers takes the place of what the shell offers under the same id or key.
  const sources = [...mounted.values()].sort((a, b) => a.rank - b.rank);
  for (const { actions } of sources) {
    for (const each of actions) {
      byId.delete(each.id);
      byId.set(each.id, each);
    }
  }
  all = [...byId.values()];
  for (const listener of listeners) listener();
}

/**
 * Offers actions for as long as the component is mounted. The list may be made anew on each render;
 * only a change of ids, names or keys is one to tell. Those of the shell yield to those of a page, and
 * all to those of what lies over every page.
 */
export function useActions(actions: readonly Action[], { shell = false, over = false } = {}): void {
  const rank = over ? 2 : shell ? 0 : 1;
  const latest = useRef(actions);
  useEffect(() => {
    latest.current = actions;
  });
  const shape = JSON.stringify(
    actions.map(({ id, name, group, keys, also }) => ({ id, name, group, keys, also })),
  );
  useEffect(() => {
    const owner = Symbol("actions");
    const offered = (JSON.parse(shape) as Omit<Action, "run">[]).map((each) => ({
      ...each,
      run: () => latest.current.find(({ id }) => id === each.id)?.run(),
    }));
    mounted.set(owner, { rank, actions: offered });
    changed();
    return () => {
      mounted.delete(owner);
      changed();
    };
  }, [shape, rank]);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Every action on offer now. */
export function useAllActions(): readonly Action[] {
  return useSyncExternalStore(subscribe, () => all);
}
