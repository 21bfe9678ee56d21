/** What the address of the requests page says: it reproduces the view. */
export interface RequestsSearch {
  readonly model?: string;
  readonly status?: "success" | "error" | "in_progress";
  readonly q?: string;
  /** The request whose details are open. */
  readonly request?: string;
}

const statuses = ["success", "error", "in_progress"] as const;

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== ""
    ? value
    : typeof value === "number"
      ? String(value)
      : undefined;

/** Takes what is understood from the address and leaves the rest. */
export function readRequestsSearch(search: Readonly<Record<string, unknown>>): RequestsSearch {
  const model = text(search["model"]);
  const q = text(search["q"]);
  const request = text(search["request"]);
  const status = statuses.find((each) => each === search["status"]);
  return {
    ...(model !== undefined && { model }),
    ...(status !== undefined && { status }),
    ...(q !== undefined && { q }),
    ...(request !== undefined && { request }),
  };
}
