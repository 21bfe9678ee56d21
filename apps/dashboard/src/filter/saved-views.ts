import { parseQuery } from "@telltale/protocol/query";
import { useSyncExternalStore } from "react";

/** A filter under a name, kept in this browser. */
export interface SavedView {
  readonly name: string;
  /** In the filter language. */
  readonly q: string;
}

/** What most people look for first. */
export const usualViews: readonly SavedView[] = [
  { name: "Failed", q: "status:error" },
  { name: "In flight", q: "status:in_progress" },
  { name: "Slow", q: "latency>10s" },
  { name: "Dear", q: "cost>=0.1" },
  { name: "Unknown price", q: "-cost:* -status:in_progress" },
];

const KEY = "telltale.views";
const MOST = 50;

export function readViews(stored: unknown): SavedView[] {
  if (!Array.isArray(stored)) return [];
  const views = stored.flatMap((each: unknown): SavedView[] => {
    if (typeof each !== "object" || each === null || !("name" in each) || !("q" in each)) return [];
    const { name, q } = each;
    if (typeof name !== "string" || typeof q !== "string" || name === "") return [];
    return parseQuery(q).error ? [] : [{ name, q }];
  });
  return views.slice(0, MOST);
}

function load(): readonly SavedView[] {
  try {
    return readViews(JSON.parse(localStorage.getItem(KEY) ?? "[]"));
  } catch {
    return [];
  }
}

const listeners = new Set<() => void>();
let views = load();

function set(next: readonly SavedView[]): void {
  views = next;
  try {
    localStorage.setItem(KEY, JSON.stringify(next));
  } catch {
    // They then last as long as the page.
  }
  for (const listener of listeners) listener();
}

/** A name that is taken gets the new filter. */
export function saveView(view: SavedView): void {
  set([...views.filter(({ name }) => name !== view.name), view].slice(-MOST));
}

export function removeView(name: string): void {
  set(views.filter((view) => view.name !== name));
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function useSavedViews(): readonly SavedView[] {
  return useSyncExternalStore(subscribe, () => views);
}
