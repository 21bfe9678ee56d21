import {
  type ErrorUpdate,
  type ModelUpdate,
  SERIES_GROUPS,
  SERIES_METRICS,
  type Snapshot,
} from "@telltale/protocol";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { RequestEvent } from "../event.ts";
import { passes } from "../history/filter.ts";
import { CursorError, type HistoryStore } from "../history/store.ts";
import { toRequestUpdate } from "../wire.ts";
import { ProblemError } from "./problem.ts";
import { duration, integer, milliseconds, readQuery, time } from "./query.ts";

/** What the read API shows. */
export interface ApiSources {
  readonly store: HistoryStore;
  readonly now: () => number;
  readonly snapshot: () => Snapshot & { position: string };
  readonly models: () => ModelUpdate[];
  readonly errors: () => ErrorUpdate[];
  /** Requests that run now; those of the proxy are not in the store. */
  readonly running: () => Iterable<RequestEvent>;
}

const requestsQuery = z.object({
  model: z.string().optional(),
  provider: z.string().optional(),
  status: z.enum(["success", "error", "in_progress"]).optional(),
  user_id: z.string().optional(),
  organization_id: z.string().optional(),
  endpoint: z.string().optional(),
  service: z.string().optional(),
  min_latency: milliseconds.optional(),
  max_latency: milliseconds.optional(),
  text: z.string().optional(),
  from: time.optional(),
  to: time.optional(),
  limit: integer.pipe(z.int().min(1).max(1000)).default(100),
  cursor: z.string().optional(),
});

const seriesQuery = z.object({
  metric: z.enum(SERIES_METRICS),
  from: time.optional(),
  to: time.optional(),
  step: duration.optional(),
  group_by: z.enum(SERIES_GROUPS).optional(),
});

const errorsQuery = z.object({ limit: integer.pipe(z.int().min(1).max(1000)).default(100) });

const DEFAULT_RANGE = 3_600_000;
const MAX_POINTS = 11_000;

/** `GET /api/v1/...`; shapes in docs/api.md. */
export function registerApi(app: FastifyInstance, sources: ApiSources): void {
  app.get("/api/v1/snapshot", () => sources.snapshot());

  app.get("/api/v1/models", () => ({ models: sources.models() }));

  app.get("/api/v1/errors", (request) => {
    const { limit } = readQuery(errorsQuery, request.query);
    return { errors: sources.errors().slice(0, limit) };
  });

  app.get("/api/v1/requests", async (request) => {
    const query = readQuery(requestsQuery, request.query);
    const filter = {
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
    if (query.status === "in_progress") {
      const running = [...sources.running()].filter((event) => passes(event, filter));
      running.sort((a, b) => b.created - a.created);
      return { requests: running.slice(0, query.limit).map(toRequestUpdate), next_cursor: null };
    }
    try {
      const page = await sources.store.requests(filter, query.limit, query.cursor);
      return { requests: page.requests.map(toRequestUpdate), next_cursor: page.nextCursor };
    } catch (error) {
      if (!(error instanceof CursorError)) throw error;
      throw new ProblemError("invalid_query", `cursor: ${error.message}`, { parameter: "cursor" });
    }
  });

  app.get<{ Params: { id: string } }>("/api/v1/requests/:id", async (request) => {
    const { id } = request.params;
    let event = await sources.store.request(id);
    for (const running of sources.running()) if (running.id === id) event = running;
    if (event === null) throw new ProblemError("not_found", "No request has this id");
    return toRequestUpdate(event);
  });

  app.get("/api/v1/series", async (request) => {
    const query = readQuery(seriesQuery, request.query);
    const to = query.to ?? sources.now();
    const from = query.from ?? to - DEFAULT_RANGE;
    if (from >= to)
      throw new ProblemError("invalid_query", "from: must lie before to", { parameter: "from" });
    const step = query.step ?? Math.max(1000, Math.ceil((to - from) / 300 / 1000) * 1000);
    if (step < 1000 || (to - from) / step > MAX_POINTS) {
      throw new ProblemError(
        "invalid_query",
        `step: must be at least 1s and give at most ${MAX_POINTS} points; ${Math.ceil((to - from) / MAX_POINTS / 1000)}s or more does here`,
        { parameter: "step" },
      );
    }
    const { metric, group_by: groupBy } = query;
    const series = await sources.store.series({ metric, from, to, step, groupBy });
    return { metric, from, to, step_ms: step, group_by: groupBy ?? null, series };
  });
}
