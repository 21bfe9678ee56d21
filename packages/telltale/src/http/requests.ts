import {
  array,
  nullable,
  number,
  object,
  optional,
  requestUpdate,
  string,
} from "@telltale/protocol";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { passes } from "../history/filter.ts";
import { CursorError, type RequestFilter } from "../history/store.ts";
import { toRequestUpdate } from "../wire.ts";
import { answers, describe } from "./describe.ts";
import { mapped, sendList } from "./json-list.ts";
import { ProblemError } from "./problem.ts";
import { integer, milliseconds, queryText, readQuery, time, yes } from "./query.ts";
import type { ApiSources } from "./sources.ts";

/** Filters that requests are chosen by, wherever single requests are. */
export const filterShape = {
  q: queryText.optional(),
  model: z.string().optional(),
  provider: z.string().optional(),
  status: z.enum(["success", "error", "in_progress"]).optional(),
  user_id: z.string().optional(),
  organization_id: z.string().optional(),
  endpoint: z.string().optional(),
  service: z.string().optional(),
  min_latency: milliseconds.optional(),
  max_latency: milliseconds.optional(),
  text: z.string().optional().describe("found in id, model, error, user or endpoint"),
  from: time.optional(),
  to: time.optional(),
};

const filterSchema = z.object(filterShape);

export function filterOf(query: z.output<typeof filterSchema>): RequestFilter {
  return {
    query: query.q,
    model: query.model,
    provider: query.provider,
    status: query.status,
    userId: query.user_id,
    organizationId: query.organization_id,
    endpoint: query.endpoint,
    service: query.service,
    minLatencyMs: query.min_latency,
    maxLatencyMs: query.max_latency,
    text: query.text,
    from: query.from,
    to: query.to,
  };
}

const requestsQuery = z.object({
  ...filterShape,
  order: z.enum(["desc", "asc"]).default("desc").describe("newest or oldest first"),
  limit: integer.pipe(z.int().min(1).max(1000)).default(100),
  cursor: z.string().optional().describe("next_cursor of the page before"),
  count: yes.optional().describe("also say how many there are in all"),
});

/** Whether only requests that run now are asked for; those of the proxy are not in the store. */
function asksForRunning({ status, query }: RequestFilter): boolean {
  if (status === "in_progress") return true;
  return (query?.terms ?? []).some(
    (term) =>
      term.kind === "label" &&
      term.field === "status" &&
      !term.negated &&
      term.values.every(({ text }) => text === "in_progress"),
  );
}

/** @throws {ProblemError} for a cursor that is not ours. */
export async function withCursor<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof CursorError)) throw error;
    throw new ProblemError("invalid_query", `cursor: ${error.message}`, { parameter: "cursor" });
  }
}

export function registerRequests(app: FastifyInstance, { store, running }: ApiSources): void {
  app.get(
    "/api/v1/requests",
    describe({
      summary: "Single requests, page by page",
      tag: "history",
      description:
        "Pages stay whole while data arrive. With status in_progress: those that run now, in one page.",
      query: requestsQuery,
      answers: answers(
        "A page of requests",
        object({
          requests: array(requestUpdate),
          next_cursor: nullable(string),
          total: optional(number),
        }),
      ),
    }),
    async (request, reply) => {
      const query = readQuery(requestsQuery, request.query);
      const filter = filterOf(query);
      const sign = query.order === "asc" ? 1 : -1;
      if (asksForRunning(filter)) {
        const found = [...running()].filter((event) => passes(event, filter));
        found.sort((a, b) => sign * (a.created - b.created));
        return {
          requests: found.slice(0, query.limit).map(toRequestUpdate),
          next_cursor: null,
          ...(query.count && { total: found.length }),
        };
      }
      const order = query.order === "asc" ? "oldest" : "newest";
      const page = await withCursor(store.requests(filter, query.limit, query.cursor, order));
      const head = {
        next_cursor: page.nextCursor,
        ...(query.count && { total: await store.count(filter) }),
      };
      const items = mapped(page.requests, (event) => JSON.stringify(toRequestUpdate(event)));
      return sendList(reply, head, "requests", items);
    },
  );

  app.get<{ Params: { id: string } }>(
    "/api/v1/requests/:id",
    describe({
      summary: "One request, running ones included",
      tag: "history",
      answers: answers("The request", requestUpdate),
    }),
    async (request) => {
      const { id } = request.params;
      let event = await store.request(id);
      for (const one of running()) if (one.id === id) event = one;
      if (event === null) throw new ProblemError("not_found", "No request has this id");
      return toRequestUpdate(event);
    },
  );
}
