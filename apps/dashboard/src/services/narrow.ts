import { useSyncExternalStore } from "react";

// The width below which tables become lists: Tailwind's `lg` in theme.css.
const query = window.matchMedia("(max-width: 63.99rem)");

function subscribe(listener: () => void): () => void {
  query.addEventListener("change", listener);
  return () => query.removeEventListener("change", listener);
}

/** Whether tables are shown as lists. */
export function useNarrow(): boolean {
  return useSyncExternalStore(subscribe, () => query.matches);
}
