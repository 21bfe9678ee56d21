import { useActions } from "../shortcuts/actions.ts";

const focusFilter = (): void =>
  document.querySelector<HTMLInputElement>("input[data-filter]")?.focus();

/** Moves the focus within the list of requests, from row to row as they lie on the page. */
function moveBy(by: number): void {
  const rows = [...document.querySelectorAll<HTMLElement>("[role=grid] [data-row]")].sort(
    (a, b) => Number(a.dataset.row) - Number(b.dataset.row),
  );
  const at = rows.findIndex((row) => row.matches(":focus"));
  rows[at === -1 ? 0 : Math.max(0, Math.min(rows.length - 1, at + by))]?.focus();
}

/** What can be done with the list of requests by keys. */
export function useListActions({
  paused,
  togglePause,
  onLive,
}: {
  readonly paused: boolean;
  readonly togglePause: () => void;
  readonly onLive: () => void;
}): void {
  useActions([
    { id: "filter", name: "Filter the requests", group: "List", keys: "/", run: focusFilter },
    {
      id: "pause",
      name: paused ? "Let the list move again" : "Hold the list still",
      group: "List",
      keys: "Space",
      run: togglePause,
    },
    { id: "live", name: "Back to now", group: "Time", keys: "l", also: "live", run: onLive },
    { id: "next-row", name: "Next request", group: "List", keys: "j", run: () => moveBy(1) },
    { id: "previous-row", name: "Request before", group: "List", keys: "k", run: () => moveBy(-1) },
  ]);
}
