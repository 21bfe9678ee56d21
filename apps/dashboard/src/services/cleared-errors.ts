const KEY = "telltale.errors-cleared";

/** When each group of errors was cleared in this browser, by fingerprint; Unix ms of the server. */
export type Cleared = Readonly<Record<string, number>>;

export function clearedErrors(): Cleared {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    if (typeof stored !== "object" || stored === null) return {};
    return Object.fromEntries(
      Object.entries(stored).filter((entry): entry is [string, number] =>
        Number.isFinite(entry[1]),
      ),
    );
  } catch {
    return {};
  }
}

export function rememberCleared(cleared: Cleared): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(cleared));
  } catch {
    // It then lasts as long as the page stays open.
  }
}
