/** What the address of the requests page says: it reproduces the view. */
export interface RequestsSearch {
  /** In the filter language. */
  readonly q?: string;
  /** The request whose details are open. */
  readonly request?: string;
}

const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== ""
    ? value
    : typeof value === "number"
      ? String(value)
      : undefined;

/** Takes what is understood from the address and leaves the rest. */
export function readRequestsSearch(search: Readonly<Record<string, unknown>>): RequestsSearch {
  const q = text(search["q"]);
  const request = text(search["request"]);
  return { ...(q !== undefined && { q }), ...(request !== undefined && { request }) };
}
