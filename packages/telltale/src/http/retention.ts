import { type Infer, nullable, number, object } from "@telltale/protocol";
import type { FastifyInstance } from "fastify";
import type { Retention } from "../history/retention.ts";
import type { HistoryStore } from "../history/store.ts";
import { answers, describe } from "./describe.ts";

export interface RetentionSources {
  readonly store: HistoryStore;
  readonly retention: Retention;
}

const kept = object({
  /** Days that requests are kept, counted from when they were stored; null for ever. */
  request_days: nullable(number),
  /** The same of the sums by the hour. */
  sum_days: nullable(number),
  /** Size of the history above which the oldest requests go, bytes; null without limit. */
  max_bytes: nullable(number),
  /** Its size now, as it counts against `max_bytes`: without what is free within its file. */
  history_bytes: number,
  /** When the oldest request was stored, Unix ms; null when there is none. */
  oldest_request: nullable(number),
  /** Finished requests. */
  requests_stored: number,
});

/** `GET /api/v1/retention`. What is kept is the operator's to say, in the configuration. */
export function registerRetention(
  app: FastifyInstance,
  { store, retention }: RetentionSources,
): void {
  app.get(
    "/api/v1/retention",
    describe({
      summary: "What is kept, for how long, and how much of it there is",
      tag: "history",
      answers: answers("The limits, null where there is none, and what is stored", kept),
    }),
    async (): Promise<Infer<typeof kept>> => {
      const { requests, oldestStoredAt, bytes } = await store.kept();
      return {
        request_days: limitOf(retention.days),
        sum_days: limitOf(retention.sumDays),
        max_bytes: limitOf(retention.bytes),
        history_bytes: bytes,
        oldest_request: oldestStoredAt,
        requests_stored: requests,
      };
    },
  );
}

function limitOf(configured: number): number | null {
  return configured === 0 ? null : configured;
}
