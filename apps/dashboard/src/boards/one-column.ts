import { useSyncExternalStore } from "react";

// Tailwind's `md` in theme.css.
const query = window.matchMedia("(max-width: 47.99rem)");

function subscribe(listener: () => void): () => void {
  query.addEventListener("change", listener);
  return () => query.removeEventListener("change", listener);
}

/** Whether panels stand in one column, where there are no places to move them to. */
export function useOneColumn(): boolean {
  return useSyncExternalStore(subscribe, () => query.matches);
}
