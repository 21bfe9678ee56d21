import { useActions } from "../shortcuts/actions.ts";

const ROWS = "[data-alert-row]";

function moveBy(step: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>(ROWS)];
  const now = rows.findIndex((row) => row.contains(document.activeElement));
  const next = now < 0 ? (step > 0 ? 0 : rows.length - 1) : now + step;
  const row = rows[Math.min(rows.length - 1, Math.max(0, next))];
  row?.focus();
  row?.scrollIntoView({ block: "nearest" });
}

/** `j` and `k` go from row to row of every list on the page; Enter then opens the row, as buttons do. */
export function useRowActions(onNew: () => void): void {
  useActions([
    { id: "next-row", name: "Next row", group: "List", keys: "j", run: () => moveBy(1) },
    { id: "previous-row", name: "Row before", group: "List", keys: "k", run: () => moveBy(-1) },
    {
      id: "new-rule",
      name: "New alert rule",
      group: "Alerts",
      keys: "n",
      also: "create add alarm",
      run: onNew,
    },
  ]);
}
