import { createHash } from "node:crypto";
import {
  array,
  errorUpdate,
  nullable,
  number,
  object,
  optional,
  severity,
  string,
} from "@telltale/protocol";
import { quoteValue } from "@telltale/protocol/query";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { FailureGroup } from "../history/store/analysis.ts";
import { toErrorUpdate } from "../wire.ts";
import { answers, describe } from "./describe.ts";
import { mapped, sendList } from "./json-list.ts";
import { integer, rangeOf, readQuery, scopeShape, stepOf } from "./query.ts";
import { withCursor } from "./requests.ts";
import type { ApiSources } from "./sources.ts";

const limit = integer.pipe(z.int().min(1).max(1000)).default(100);

const errorsQuery = z.object({
  ...scopeShape,
  limit,
  cursor: z.string().optional().describe("next_cursor of the page before"),
});

const groupsQuery = z.object({
  ...scopeShape,
  limit,
  points: integer.pipe(z.int().min(1).max(500)).default(24).describe("points of the trend"),
});

const group = object({
  fingerprint: string,
  error_type: string,
  provider: nullable(string),
  message: string,
  example: string,
  newest_request_id: string,
  severity,
  count: number,
  first_seen: number,
  last_seen: number,
  status_codes: array(number),
  models: array(object({ model: string, count: number })),
  user_count: number,
  users: array(string),
  trend: array(array(number)),
  q: string,
});

/** Stays the same while the normalised message does. */
function fingerprintOf({ type, provider, message }: FailureGroup): string {
  return createHash("sha256")
    .update(JSON.stringify([type, provider, message]))
    .digest("hex")
    .slice(0, 16);
}

/** A query that finds the group; also what differs from it only where the message varies. */
function queryOf({ type, provider, message }: FailureGroup): string {
  const pieces = message.split(/<[a-z]+>/).filter((piece) => piece.trim().length > 2);
  return [
    "status:error",
    `type:${quoteValue(type)}`,
    provider === null ? "-provider:*" : `provider:${quoteValue(provider)}`,
    // Runs of white space were made one blank: a piece is looked for between them.
    ...pieces.slice(0, 8).map((piece) => `message:${quoteValue(piece.trim())}`),
  ].join(" ");
}

export function registerErrors(app: FastifyInstance, sources: ApiSources): void {
  app.get(
    "/api/v1/errors",
    describe({
      summary: "Single errors, newest first",
      tag: "history",
      description: "Without q, from, to and cursor: the newest ones, from memory.",
      query: errorsQuery,
      answers: answers(
        "Errors",
        object({ errors: array(errorUpdate), next_cursor: optional(nullable(string)) }),
      ),
    }),
    async (request, reply) => {
      const { q, from, to, cursor, ...query } = readQuery(errorsQuery, request.query);
      if (q === undefined && from === undefined && to === undefined && cursor === undefined) {
        return { errors: sources.errors().slice(0, query.limit) };
      }
      const filter = { status: "error", query: q, from, to } as const;
      const page = await withCursor(sources.store.requests(filter, query.limit, cursor));
      const found = page.requests.flatMap((event) => toErrorUpdate(event) ?? []);
      return sendList(
        reply,
        { next_cursor: page.nextCursor },
        "errors",
        mapped(found, (error) => JSON.stringify(error)),
      );
    },
  );

  app.get(
    "/api/v1/errors/groups",
    describe({
      summary: "Errors that are the same but for numbers, ids and addresses, together",
      tag: "history",
      query: groupsQuery,
      answers: answers(
        "Groups, the largest first",
        object({ from: number, to: number, step_ms: number, groups: array(group), total: number }),
      ),
    }),
    async (request) => {
      const query = readQuery(groupsQuery, request.query);
      const { from, to } = rangeOf(query, sources.now(), 86_400_000);
      const step = stepOf(undefined, from, to, query.points);
      const scope = { from, to, query: query.q, limit: query.limit, step };
      const { groups, total } = await sources.store.failures(scope);
      return {
        from,
        to,
        step_ms: step,
        total,
        groups: groups.map((one) => ({
          fingerprint: fingerprintOf(one),
          error_type: one.type,
          provider: one.provider,
          message: one.message,
          example: one.example,
          newest_request_id: one.newest,
          severity: one.severity,
          count: one.count,
          first_seen: one.firstSeen,
          last_seen: one.lastSeen,
          status_codes: one.statusCodes,
          models: one.models.map(([model, count]) => ({ model, count })),
          user_count: one.userCount,
          users: one.users,
          trend: one.trend,
          q: queryOf(one),
        })),
      };
    },
  );
}
