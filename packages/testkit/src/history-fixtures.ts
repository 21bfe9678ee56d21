import type { HistoryStore, RequestEvent, RequestFilter } from "telltale";
import { requestEvent } from "./request-event.ts";

/** When the tests' requests begin, Unix ms. */
export const start: number = Date.UTC(2026, 0, 1);

/** ms. */
export const minute = 60_000;

/** What a failed request has more. */
export const failed: Partial<RequestEvent> = {
  status: "error",
  statusCode: 429,
  failure: { type: "rate_limit_error", message: "Slow down, PLEASE", stack: "at a\n  at b" },
};

/** `count` requests, 1 ms apart, each with its `changes`. */
export function many(
  count: number,
  changes: (i: number) => Partial<RequestEvent> = () => ({}),
): RequestEvent[] {
  return Array.from({ length: count }, (_, i) =>
    requestEvent({ id: `r${i}`, created: start + i, ...changes(i) }),
  );
}

/** The ids of all pages, in order. */
export async function allPages(
  store: HistoryStore,
  filter: RequestFilter,
  limit: number,
): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await store.requests(filter, limit, cursor);
    ids.push(...page.requests.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return ids;
}
