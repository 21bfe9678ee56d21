const KEY = "telltale.errors-cleared-at";

/** Before which moment errors are hidden in this tab, Unix ms of the server; 0 when none are. */
export function clearedAt(): number {
  try {
    return Number(sessionStorage.getItem(KEY)) || 0;
  } catch {
    return 0;
  }
}

export function rememberCleared(at: number): void {
  try {
    sessionStorage.setItem(KEY, String(at));
  } catch {
    // It then lasts as long as the page stays open.
  }
}
