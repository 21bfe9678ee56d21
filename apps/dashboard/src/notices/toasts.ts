import { useSyncExternalStore } from "react";

export interface Toast {
  readonly id: string;
  readonly tone: "bad" | "good" | "plain";
  readonly title: string;
  readonly text?: string | undefined;
  /** What can be done about it, while it shows. */
  readonly action?: { readonly name: string; readonly run: () => void } | undefined;
}

/** More at once are not read; the notification centre has them all. */
const MOST = 3;

let shown: readonly Toast[] = [];
const listeners = new Set<() => void>();

function change(next: readonly Toast[]): void {
  shown = next;
  for (const listener of listeners) listener();
}

/** Shows a word in passing; one of the same id takes the place of the one before. */
export function toast(next: Toast): void {
  change([...shown.filter(({ id }) => id !== next.id), next].slice(-MOST));
}

export function dismiss(id: string): void {
  if (shown.some((each) => each.id === id)) change(shown.filter((each) => each.id !== id));
}

export function useToasts(): readonly Toast[] {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => shown,
  );
}
