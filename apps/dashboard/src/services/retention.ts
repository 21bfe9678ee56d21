import { get, RestError } from "./rest.ts";

/** What the server keeps; null is without limit. */
export interface Retention {
  readonly request_days: number | null;
  readonly sum_days: number | null;
  /** Above so many bytes the oldest requests go. */
  readonly max_bytes: number | null;
  /** Bytes that count against it now. */
  readonly history_bytes: number;
  /** When the oldest request was stored, Unix ms; null when there is none. */
  readonly oldest_request: number | null;
  readonly requests_stored: number;
}

/** Null of a server that does not tell. @throws {RestError} */
export async function fetchRetention(signal: AbortSignal): Promise<Retention | null> {
  try {
    return (await get("/api/v1/retention", signal)) as Retention;
  } catch (error) {
    if (error instanceof RestError && error.status === 404) return null;
    throw error;
  }
}
